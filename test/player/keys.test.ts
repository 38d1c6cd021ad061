import { describe, expect, it } from 'vitest'
import { type Key, KeyParser } from '../../src/player/keys.ts'

const named = (name: string) => ({ type: 'named', name })
const text = (char: string) => ({ type: 'text', text: char })

const CASES: readonly (readonly [string, string, readonly object[]])[] = [
  ['letters', 'q/', [text('q'), text('/')]],
  ['a character beyond the first plane', '\u{1f600}', [text('\u{1f600}')]],
  ['arrows of both modes', '\x1b[A\x1bOB', [named('up'), named('down')]],
  ['arrows with shift', '\x1b[1;2C', [named('shift-right')]],
  ['control keys', '\x03\x1a\x0c\r\x7f', ['ctrl-c', 'ctrl-z', 'ctrl-l', 'enter', 'backspace'].map(named)],
  ['device attributes as nothing', '\x1b[?62;4cq', [text('q')]],
  ['a cursor report as nothing', '\x1b[12;40Rq', [text('q')]],
  ['an answer in a string as nothing', '\x1b]11;rgb:0/0/0\x1b\\\x1bP1$r0m\x1b\\q', [text('q')]],
  ['a string that ends with BEL as nothing', '\x1b]52;c;cQ==\x07q', [text('q')]],
  ['mouse reports as nothing', '\x1b[M !!\x1b[<0;10;10Mq', [text('q')]],
  ['a paste as nothing, whatever is in it', '\x1b[200~q\x03\x1b[A\r\x1b[201~x', [text('x')]],
  ['Alt and a letter as nothing', '\x1bqx', [text('x')]],
  ['control characters that mean nothing as nothing', '\x00\x01\u{9b}x', [text('x')]],
]

describe('the key parser takes', () => {
  it.each(CASES)('%s', (_, bytes, keys) => {
    expect(new KeyParser().push(bytes)).toEqual(keys)
  })

  it.each(CASES)('%s, character by character', (_, bytes, keys) => {
    const parser = new KeyParser()
    // A terminal's bytes are decoded before, so no character is ever cut.
    const found = [...bytes].flatMap((char): Key[] => parser.push(char))
    expect(found).toEqual(keys)
  })

  it('a lone Escape as the Escape key, once nothing follows', () => {
    const parser = new KeyParser()
    expect(parser.push('\x1b')).toEqual([])
    expect(parser.isWaiting).toBe(true)
    expect(parser.flush()).toEqual([named('escape')])
    expect(parser.push('[A')).toEqual([text('['), text('A')])
  })

  it('keys again after a string that never ended', () => {
    const parser = new KeyParser()
    expect(parser.push('\x1b]0;never')).toEqual([])
    expect(parser.flush()).toEqual([])
    expect(parser.push('q')).toEqual([text('q')])
  })
})
