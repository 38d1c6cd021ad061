/** Lines that do not stand on the screen in one piece behind their prompt. */
import { describe, expect, it } from 'vitest'
import type { RecordKind } from '../../../src/protocol/record.ts'
import type { RecordedCommand } from '../../../src/protocol/recorded-command.ts'
import { deriveCommands } from '../../../src/recording/commands/derive.ts'
import { DOUBTS } from '../../../src/recording/commands/doubts.ts'
import { recordsOf, recordWith, stream } from '../../rig/recordings/fixture.ts'

/** Keys as `<`, output as `>`; on a terminal of 80 columns. */
async function listOf(...parts: readonly (readonly ['<' | '>', string])[]): Promise<readonly RecordedCommand[]> {
  const [open] = recordsOf('bash-plain')
  const records = parts.map(([way, text], index) =>
    recordWith({
      kind: (way === '<' ? 'input' : 'output') satisfies RecordKind,
      seq: index + 1,
      elapsed: (index + 1) * 20_000,
      payload: Buffer.from(text),
    }),
  )
  const { commands } = await deriveCommands(stream([...(open === undefined ? [] : [open]), ...records]))
  return commands
}

/** Each key is echoed at once. */
const echoed = (text: string): (readonly ['<' | '>', string])[] =>
  [...text].flatMap((key) => [['<', key] as const, ['>', key] as const])

const entries = (commands: readonly RecordedCommand[]): unknown[] =>
  commands.map((each) => (each.type === 'command' ? [each.line, ...each.doubts] : each.type))

describe('a line that output of something else has come into', () => {
  it('is what its keys give, where all of it was echoed', async () => {
    const list = await listOf(
      ['>', '$ '],
      ...echoed('ls '),
      ['>', 'a job has ended\r\n'],
      ...echoed('-l'),
      ['<', '\r'],
      ['>', '\r\ntotal 0\r\n$ '],
    )
    expect(entries(list)).toEqual([['ls -l', DOUBTS.mixed]])
  })

  it('is not shown where it was not echoed, even if it looks like a part of the output', async () => {
    const list = await listOf(
      ['>', 'Password: '],
      ...['p', 'w', '1'].map((key) => ['<', key] as const),
      ['>', 'please wait\r\nfor it\r\n'],
      ['<', '\r'],
      ['>', '\r\n$ '],
      ...echoed('id'),
      ['<', '\r'],
      ['>', '\r\nroot\r\n$ '],
    )
    expect(entries(list)).toEqual(['hidden', ['id']])
  })
})

describe('a line that was not echoed and is printed back under other output', () => {
  it('is hidden', async () => {
    const keys = [...'pw-123'].map((key) => ['<', key] as const)
    const list = await listOf(['>', 'Key: '], ...keys, ['<', '\r'], ['>', 'no\r\npw-123\r\n$ '])
    expect(entries(list)).toEqual(['hidden'])
  })
})

describe('a line that its editor scrolls sideways', () => {
  const text = `echo ${'0123456789'.repeat(12)}`
  const tail = text.slice(-70)

  it('is what its keys give, where its end stands on the screen', async () => {
    const keys = [...text].map((key) => ['<', key] as const)
    const list = await listOf(['>', '$ '], ...keys, ['>', `\r${tail}`], ['<', '\r'], ['>', '\r\nout\r\n$ '])
    expect(entries(list)).toEqual([[text, DOUBTS.endOnly]])
  })

  it('is hidden where another end stands there', async () => {
    const keys = [...text].map((key) => ['<', key] as const)
    const other = `${'x'.repeat(60)}${text.slice(-10)}`
    const list = await listOf(['>', 'pw: '], ...keys, ['>', `\r${other}`], ['<', '\r'], ['>', '\r\nout\r\n$ '])
    expect(entries(list)).toEqual(['hidden'])
  })
})

describe('a line of which only the end was echoed', () => {
  it('is found whole where the shell writes it anew at its prompt', async () => {
    const list = await listOf(
      ['>', '$ '],
      ...echoed('sleep 1'),
      ['<', '\r'],
      ['>', '\r\n'],
      ['<', 'e'],
      ['<', 'c'],
      ['<', 'h'],
      ...echoed('o ab'),
      ['<', '\r'],
      ['>', '\r\n$ echo ab\r\nab\r\n$ '],
    )
    expect(entries(list)).toEqual([['sleep 1'], ['echo ab']])
  })
})

describe('a line of which the shell never wrote more', () => {
  it('is what stood there, with doubts', async () => {
    const list = await listOf(
      ['>', '$ '],
      ...echoed('cat'),
      ['<', '\r'],
      ['>', '\r\n'],
      ['<', 'a'],
      ['<', 'b'],
      ...echoed('cd'),
      ['<', '\r'],
      ['>', '\r\nread\r\n$ '],
      ...echoed('id'),
      ['<', '\r'],
      ['>', '\r\nroot\r\n$ '],
    )
    expect(entries(list)).toEqual([['cat'], ['cd', DOUBTS.differs, DOUBTS.noPrompt], ['id']])
  })
})

describe('a prompt', () => {
  it('does not hold what was typed ahead of it', async () => {
    const list = await listOf(
      ['>', '1 $ '],
      ['<', 'c'],
      ['>', 'c'],
      ['>', 'late output\r\n2 $ c'],
      ...echoed('a'),
      ['<', '\t'],
      ['>', 't file'],
      ['<', '\r'],
      ['>', '\r\nout\r\n3 $ '],
    )
    expect(entries(list)).toEqual([['cat file']])
  })

  it('is not an indent under a line that had none', async () => {
    const list = await listOf(
      ...echoed('one'),
      ['<', '\r'],
      ['>', '\r\n     '],
      ...echoed('two'),
      ['<', '\r'],
      ['>', '\r\n'],
    )
    expect(entries(list)).toEqual([
      ['one', DOUBTS.noPrompt],
      ['two', DOUBTS.noPrompt],
    ])
  })

  it('of Python’s editor may be indented, and the indent is the line’s', async () => {
    const list = await listOf(
      ['>', '>>> '],
      ...echoed('if a:'),
      ['<', '\r'],
      ['>', '\r\n...     '],
      ...echoed('b()'),
      ['<', '\r'],
      ['>', '\r\n>>> '],
    )
    expect(entries(list)).toEqual([['if a:\n    b()']])
  })
})

describe('characters that a program has no form for', () => {
  it('are those that were typed', async () => {
    const list = await listOf(['>', '$ '], ['<', 'echo 漢字'], ['>', 'echo ??'], ['<', '\r'], ['>', '\r\n漢字\r\n$ '])
    expect(entries(list)).toEqual([['echo 漢字']])
  })
})
