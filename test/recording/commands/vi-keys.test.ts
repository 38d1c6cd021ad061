import { describe, expect, it } from 'vitest'
import { KeyReader } from '../../../src/recording/commands/keys.ts'
import { LineEditor } from '../../../src/recording/commands/line-editor.ts'
import { ViKeys } from '../../../src/recording/commands/vi-keys.ts'

function typed(keys: string, entered = 'set -o vi'): LineEditor {
  const [reader, vi, editor] = [new KeyReader(), new ViKeys(), new LineEditor()]
  vi.entered(entered)
  const records = keys.split('\x1b').map((part, index) => (index === 0 ? [part] : ['\x1b', part]))
  for (const record of records.flat()) {
    for (const key of vi.translate(reader.push(Buffer.from(record), vi.isOn))) editor.take(key)
  }
  return editor
}

describe('the vi mode of a shell', () => {
  it.each([
    ['echo abc def\x1bbcwxyz', 'echo abc xyz'],
    ['echo helo\x1bil', 'echo hello'],
    ['cho x\x1bIe\x1bA y', 'echo x y'],
    ['echo one two\x1b0dwaZ', 'oZne two'],
    ['rm -rf /\x1bccecho safe', 'echo safe'],
    ['echo abc\x1bbDp', 'echo abc'],
    ['echo cat\x1brb', 'echo cab'],
    ['echo a b c\x1bhD', 'echo a b'],
    ['nothing\x1bddiecho all', 'echo all'],
    ['echo ab\x1bXA!', 'echo b!'],
    ['echo x\x1b0Cecho y', 'echo y'],
  ])('makes of %j what bash makes of it', (keys, text) => {
    expect(typed(keys).text).toBe(text)
  })

  it('says what it does not know', () => {
    expect(typed('echo a\x1b0fa').isCertain).toBe(false)
    expect(typed('echo a\x1bu').isCertain).toBe(false)
    expect(typed('echo abc\x1bxp').isCertain).toBe(false)
  })

  it('takes no search for text, and Enter in it for no line', () => {
    const editor = typed('\x1b/secret\rA more')
    expect(editor.text).toBe(' more')
    expect(editor.isCertain).toBe(false)
  })

  it.each(['bindkey -v', 'fish_vi_key_bindings', '  set -o vi; true'])('is on after %j', (line) => {
    expect(typed('ab\x1bx', line).text).toBe('a')
  })

  it.each(['echo set -o vi', 'vi', 'set -o'])('is not on after %j', (line) => {
    expect(typed('ab\x1bdx', line).text).toBe('abx')
  })

  it('takes a megabyte of commands', () => {
    expect(typed(`x\x1b${'x'.repeat(1_000_000)}`).text).toBe('')
  })
})
