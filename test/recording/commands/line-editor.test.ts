import { describe, expect, it } from 'vitest'
import { DOUBTS } from '../../../src/recording/commands/doubts.ts'
import { KeyReader } from '../../../src/recording/commands/keys.ts'
import { LineEditor } from '../../../src/recording/commands/line-editor.ts'

function typed(keys: string | Uint8Array, size = Number.POSITIVE_INFINITY): LineEditor {
  const editor = new LineEditor()
  const reader = new KeyReader()
  const bytes = Buffer.from(keys)
  for (let at = 0; at < bytes.length; at += size)
    for (const key of reader.push(bytes.subarray(at, Math.min(at + size, bytes.length)))) editor.take(key)
  return editor
}

const LINES: readonly (readonly [string, string, string])[] = [
  ['inserts', 'echo hi', 'echo hi'],
  ['deletes to the left with DEL and BS', 'abc\x7f\bd', 'ad'],
  ['goes to both ends', 'b\x01a\x05c\x1b[H<\x1b[F>\x1bOH[\x1bOF]', '[<abc>]'],
  ['goes left and right', 'ac\x1b[Db\x06d\x02\x02X', 'abXcd'],
  ['deletes to the right', 'abc\x01\x04\x1b[3~', 'c'],
  ['kills and yanks', 'one two\x1bb\x0b\x01\x19 ', 'two one '],
  ['kills to the start', 'gone\x15here', 'here'],
  ['kills words', 'one two three\x17\x17x', 'one x'],
  ['kills words to the right', 'one two\x01\x1bd', ' two'],
  ['swaps characters', 'ehco\x02\x02\x14\x05!', 'echo!'],
  ['takes a paste as it is', '\x1b[200~a\tb\rc\x1b[201~d', 'a\tb\ncd'],
  ['inserts a tab that is typed literally', 'a\x16\tb', 'a\tb'],
  ['deletes a wide character as one', 'a漢字\x7f', 'a漢'],
  ['deletes an accent with its letter', 'ae\u0301\x7fb', 'ab'],
  ['leaves the line alone at Ctrl-L', 'ec\x0cho', 'echo'],
  ['forgets the line at Ctrl-C', 'rm\x03ls', 'ls'],
  ['takes no answer of a terminal for keys', 'l\x1b[12;40R\x1b[?62;1c\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[Is', 'ls'],
  ['goes on with the line when a search is given up', 'ls\x12find me\x07 -l', 'ls -l'],
]

describe('the line editor', () => {
  it.each(LINES)('%s', (_, keys, line) => {
    const editor = typed(keys)
    expect([editor.text, editor.doubts]).toEqual([line, []])
  })

  it.each(LINES)('%s, byte by byte', (_, keys, line) => {
    expect(typed(keys, 1).text).toBe(line)
  })

  it.each([
    ['\x1b[A', '', DOUBTS.history],
    ['\x12gr', '', DOUBTS.history],
    ['cat f\t', 'cat f', DOUBTS.completion],
    ['one two\x1b[D\x15', 'o', DOUBTS.ambiguousKey],
    ['a/b c-d\x1b\x7f', 'a/b c-', DOUBTS.ambiguousKey],
    ['x\x1f', 'x', DOUBTS.unknownKey],
  ])('doubts %j', (keys, line, doubt) => {
    const editor = typed(keys)
    expect([editor.text, editor.doubts]).toEqual([line, [doubt]])
  })

  it('doubts bytes that are not UTF-8', () => {
    expect(typed(Uint8Array.of(0x61, 0xff, 0x62)).doubts).toEqual([DOUBTS.notUtf8])
  })

  it('shows what follows a sequence that no terminal sends, so that nobody hides a command behind one', () => {
    expect(typed('\x1b]rm -rf /\x7f').text).toContain('rm -rf')
    expect(typed(`\x1bP${'x'.repeat(2000)}`).text).toHaveLength(2000)
  })

  it('cuts a line that is too long, and says so', () => {
    const editor = typed('x'.repeat(100_000))
    expect([editor.text.length, editor.doubts]).toEqual([16_384, [DOUBTS.tooLong]])
  })
})
