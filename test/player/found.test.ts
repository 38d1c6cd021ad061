import { describe, expect, it } from 'vitest'
import { worthSaying } from '../../src/player/command-marks.ts'
import { markFound } from '../../src/player/found.ts'
import { blankRow, write } from '../../src/player/frame.ts'
import type { RecordedCommand } from '../../src/protocol/recorded-command.ts'

/** The columns that look otherwise than before. */
function marks(text: string, wanted: string, look = ''): string {
  const row = blankRow(24)
  write(row, 0, { text, look })
  markFound(row, wanted)
  return row.looks.join(' ')
}
const columnsOf = (text: string, wanted: string): number[] => {
  const row = blankRow(24)
  write(row, 0, { text })
  markFound(row, wanted)
  return row.looks.flatMap((look, column) => (look === '' ? [] : [column]))
}

describe('what a search found is marked on the picture', () => {
  it.each<[string, string, number[]]>([
    ['a root, Root', 'root', [2, 3, 4, 5, 8, 9, 10, 11]],
    ['a root, Root', 'Root', [8, 9, 10, 11]],
    ['aaaa', 'aa', [0, 1, 2, 3]],
    // A wide character has two columns, and one that is longer in lower case still one.
    ['世界 x', '界', [2, 3]],
    ['İx', 'x', [1]],
    ['nothing', 'root', []],
  ])('%s with %s', (text, wanted, columns) => expect(columnsOf(text, wanted)).toEqual(columns))

  it('where it is in reverse already, by another look', () => {
    expect(marks('ab', 'b', '1;7').split(' ')[1]).toBe('1;7;1;4')
  })
})

describe('the command that exec itself ran', () => {
  const own: RecordedCommand = { type: 'command', source: 'exec', line: 'x', doubts: [], elapsed: 0, seq: 0 }
  const typed: RecordedCommand = { ...own, source: 'seen', line: 'ls' }

  it('is left out where it only looked for a shell', () => {
    const script = 'command -v bash >/dev/null 2>&1 && exec bash; exec sh'
    expect(worthSaying([own, typed], ['sh', '-c', script])).toEqual([typed])
    expect(worthSaying([own, typed], ['ls', '-l'])).toEqual([own, typed])
  })
})
