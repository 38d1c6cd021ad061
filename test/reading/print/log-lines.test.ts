import { describe, expect, it } from 'vitest'
import type { RecordKind, SessionRecord } from '../../../src/protocol/record.ts'
import { type LogLinesOptions, openLogLines } from '../../../src/reading/print/log-lines.ts'
import { actingCharacters, HOSTILE } from '../hostile.ts'
import { RECORDS } from '../rig.ts'

const record = (kind: RecordKind, payload: Buffer | string, elapsed = 0): SessionRecord => ({
  ...RECORDS[0]!,
  kind,
  elapsed,
  payload: Buffer.from(payload),
})

const size = (columns: number, rows: number): Buffer => Buffer.from([columns >> 8, columns, rows >> 8, rows])

async function linesOf(records: readonly SessionRecord[], options: Partial<LogLinesOptions> = {}): Promise<string[]> {
  const lines = await openLogLines({ terminal: true, input: false, ...options })
  return [...records.flatMap((each) => [...lines.take(each)]), ...lines.finish()].map(({ text }) => text)
}

const shown = (text: string, options?: Partial<LogLinesOptions>) => linesOf([record('output', text)], options)

describe('what a session showed', () => {
  it.each([
    ['lines', 'a\r\nb\r\n', ['a', 'b']],
    ['a last line without an end', 'a\r\nb', ['a', 'b']],
    ['empty lines between others', 'a\r\n\r\nb\r\n', ['a', '', 'b']],
    ['a line that was typed anew', '$ sl\b\b  \b\bls\r\n', ['$ ls']],
    ['a progress that was redrawn', '10%\r50%\r100%\r\ndone\r\n', ['100%', 'done']],
    ['a line that its shell padded', '$ ls   \r\n', ['$ ls']],
    ['colours', '\x1b[31mred\x1b[0m\r\n', ['red']],
    ['what was there before the screen was cleared', 'a\r\n\x1b[H\x1b[2Jb\r\n', ['a', 'b']],
    ['wide characters', '漢字\r\n', ['漢字']],
    ['a backslash', 'C:\\x\r\n', ['C:\\x']],
  ])('has %s', async (_, text, lines) => expect(await shown(text)).toEqual(lines))

  it('is whole where a line was wrapped by the terminal', async () => {
    const line = `$ echo ${'word '.repeat(60)}end`
    expect(await linesOf([record('resize', size(40, 10)), record('output', `${line}\r\nnext\r\n`)])).toEqual([
      line,
      'next',
    ])
  })

  it('is whole where more was shown at once than the screen holds', async () => {
    const lines = Array.from({ length: 20_000 }, (_, number) => `line ${number}`)
    expect(await shown(`${lines.join('\r\n')}\r\n`)).toEqual(lines)
  })

  it('loses no character of a line without an end', async () => {
    const lines = await shown('x'.repeat(1_000_000))
    expect(lines.join('')).toBe('x'.repeat(1_000_000))
  })

  it('comes when a line is done and not before, with the time at which it was', async () => {
    const lines = await openLogLines({ terminal: true, input: false })
    expect(lines.take(record('output', 'par', 1))).toEqual([])
    expect(lines.take(record('output', 'tial\r\nnext', 2))).toMatchObject([{ text: 'partial', elapsed: 2 }])
    expect(lines.finish()).toMatchObject([{ text: 'next' }])
  })

  it('tells of a program with the whole screen by its time, and goes on after it', async () => {
    const records = [
      record('output', '$ vi x\r\n\x1b[?1049h~\r\n~\r\nsecret of vi', 1_000_000),
      record('output', '\x1b[?1049l$ echo\r\n', 4_000_000),
    ]
    expect(await linesOf(records)).toEqual([
      '$ vi x',
      'a program had the whole screen for 3.0s: see it with `sessions replay`',
      '$ echo',
    ])
  })

  it('without a terminal has the lines of the bytes', async () =>
    expect(await shown('a\nb\n', { terminal: false })).toEqual(['a', 'b']))

  it('has what was typed where that is asked for', async () =>
    expect(await linesOf([record('input', 'l\x1b'), record('inputEnd', '')], { input: true })).toEqual([
      '"l\\e"',
      'end of input',
    ]))

  it('cannot act on the terminal of its reader', async () =>
    expect(actingCharacters((await shown(`${HOSTILE}\r\n${HOSTILE}`)).join('\n'))).toEqual([]))

  it('takes a time that grows with its bytes alone', async () => {
    const time = async (bytes: number): Promise<number> => {
      const began = performance.now()
      await shown('x'.repeat(bytes))
      return performance.now() - began
    }
    await time(10_000)
    const small = await time(200_000)
    expect(await time(2_000_000)).toBeLessThan(40 * small + 100)
  })
})
