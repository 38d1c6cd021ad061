import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asciiJson, escapeBytes } from '../../src/recording/escape.ts'

const escaped = (...bytes: number[]): string => escapeBytes(Uint8Array.from(bytes))

/** Reads an escaped text back: the inverse that shows that nothing was lost. */
function readBack(text: string): Buffer {
  const token = /\\(?:([\\"nrte])|x([0-9a-f]{2})|u\{([0-9a-f]+)\})|[^\\]/gsu
  const short: Record<string, string> = { '\\': '\\', '"': '"', n: '\n', r: '\r', t: '\t', e: '\x1b' }
  const parts = [...text.matchAll(token)].map(([all, letter, byte, point]) => {
    if (letter !== undefined) return Buffer.from(short[letter]!)
    if (byte !== undefined) return Buffer.of(Number.parseInt(byte, 16))
    return Buffer.from(point === undefined ? all : String.fromCodePoint(Number.parseInt(point, 16)))
  })
  return Buffer.concat(parts)
}

describe('escaped bytes', () => {
  it('show letters as they are', () => expect(escapeBytes(Buffer.from('ls -l Übung 日本'))).toBe('ls -l Übung 日本'))

  it('show line ends, tabs and escapes by their usual names', () => {
    expect(escapeBytes(Buffer.from('a\r\n\t\x1b[2J'))).toBe('a\\r\\n\\t\\e[2J')
  })

  it('double a backslash, so that no text looks like an escape', () => {
    expect(escapeBytes(Buffer.from('\\e"'))).toBe('\\\\e\\"')
  })

  it('close the hole of C1 controls, which drive terminals without an escape character', () => {
    expect(escapeBytes(Buffer.from('\u009b2J'))).toBe('\\u{9b}2J')
    expect(escaped(0x9b, 0x32)).toBe('\\x9b2')
  })

  it('close the hole of direction marks, which show a command in another order than it ran', () => {
    expect(escapeBytes(Buffer.from('a\u202eb\u2066c\u200fd'))).toBe('a\\u{202e}b\\u{2066}c\\u{200f}d')
  })

  it('show spaces that look like a space as what they are', () => {
    expect(escapeBytes(Buffer.from('a\u00a0b\u2028c\u3000d'))).toBe('a\\u{a0}b\\u{2028}c\\u{3000}d')
  })

  it('show bytes that are not UTF-8 one by one', () => {
    expect(escaped(0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xe2, 0x82)).toBe('\\xff\\xc0\\x80\\xed\\xa0\\x80\\xe2\\x82')
  })

  it('are made of millions of characters at once, a stray byte among them', () => {
    const many = Buffer.from('ä'.repeat(2_000_000))
    expect(escapeBytes(Buffer.concat([many, Buffer.of(0xff), many]))).toBe(`${many}\\xff${many}`)
  })

  it('of any bytes hold no control, and give the bytes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = escapeBytes(bytes)
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u)
        expect(readBack(text)).toEqual(Buffer.from(bytes))
      }),
    )
  })

  it('of any text hold no control, and give the text back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readBack(escapeBytes(Buffer.from(text))).toString()).toBe(text)
      }),
    )
  })
})

describe('JSON for programs', () => {
  it('is ASCII alone and means the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = asciiJson(value)
        expect(text).toMatch(/^[ -~]*$/)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
})
