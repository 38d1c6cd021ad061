import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { deriveCommands } from '../../../src/recording/commands/derive.ts'
import { plainTextDocument } from '../../../src/recording/formats/text.ts'
import { Transcript } from '../../../src/recording/formats/transcript.ts'
import { encoded, FIXTURES, madeRecords, shellRecords, size, streamed } from './rig.ts'

const SIZE = { columns: 20, rows: 4 }

async function seen(...pieces: string[]): Promise<string> {
  const transcript = await Transcript.open(SIZE)
  const parts = pieces.map((piece) => transcript.write(piece))
  return parts.join('') + transcript.finish()
}

const numbered = (count: number): string => Array.from({ length: count }, (_, index) => `${index}\r\n`).join('')

describe('text of a session', () => {
  it('of a real shell is what it was when somebody looked at it', async () => {
    const records = shellRecords()
    const { commands } = await deriveCommands(streamed(records))
    const text = encoded(await plainTextDocument({ commands }), records)
    await expect(text).toMatchFileSnapshot(join(FIXTURES, 'shell.txt'))
  })

  it('from a moment on leaves out what had scrolled off before', async () => {
    const records = madeRecords([size(0, 20, 4), [1, 'output', numbered(8)], [9, 'output', 'now\r\n']])
    const screen = encoded(await plainTextDocument({ commands: [], from: 5e6 }), records).split('Screen\n\n')[1]
    expect(screen).toBe('5\n6\n7\nnow\n')
  })

  it('tells what the record does not hold', async () => {
    const text = encoded(await plainTextDocument({ commands: [] }), madeRecords([[1, 'output', 'x']], { tty: false }))
    expect(text).toContain('what was shown is not in the record')
  })
})

describe('a transcript', () => {
  it('has every line that scrolled off, once, and those that still stand there', async () => {
    const lines = await seen(...numbered(5000).match(/[\s\S]{1,999}/g)!)
    expect(lines).toBe(numbered(5000).replaceAll('\r', ''))
  })

  it('has what is in the middle of a piece when it scrolls by', async () => {
    expect(await seen(numbered(20_000))).toBe(numbered(20_000).replaceAll('\r', ''))
  })

  it('joins the rows that one long line took', async () => {
    expect(await seen('a'.repeat(50), '\r\n', 'b'.repeat(500))).toBe(`${'a'.repeat(50)}\n${'b'.repeat(500)}\n`)
  })

  it.each([
    ['all of the display', '\x1b[2J'],
    ['from the home position on', '\x1b[H\x1b[J'],
    ['what scrolled off as well', '\x1b[H\x1b[2J\x1b[3J'],
    ['everything, by a reset', '\x1bc'],
  ])('has what stood there before a program erased %s', async (_, erase) => {
    expect(await seen('first\r\nsecond', erase, '\x1b[Hthird')).toBe('first\nsecond\nthird\n')
  })

  it('has the lines in their order after a reset in the midst of many', async () => {
    const both = await seen(numbered(9), '\x1bc', numbered(9))
    expect(both).toBe(numbered(9).repeat(2).replaceAll('\r', ''))
  })

  it('has each line once though the terminal changed its width', async () => {
    const transcript = await Transcript.open(SIZE)
    const parts = [transcript.write('one\r\ntwo\r\n$ ')]
    for (const columns of [10, 40, 5, 20]) parts.push(transcript.resize({ columns, rows: 4 }))
    parts.push(transcript.write('done\r\nthree'), transcript.finish())
    expect(parts.join('')).toBe('one\ntwo\n$ done\nthree\n')
  })

  it('shows the last screen of a program that had all of it, as it was before the program cleared it', async () => {
    const text = await seen('$ vi\r\n', '\x1b[?1049h\x1b[Hfile\x1b[4;1H:wq', '\x1b[2J\x1b[?1049l', '$ ')
    expect(text).toBe('$ vi\n| a program had the whole screen; last it showed:\n| file\n|\n|\n| :wq\n$ \n')
  })

  it('leaves out rows that a carriage return wrote over, as a person saw them last', async () => {
    expect(await seen('10 %', '\r20 %', '\r100 %\r\n')).toBe('100 %\n')
  })
})
