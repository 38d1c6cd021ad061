import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Utf8Stream } from '../../../src/recording/formats/utf8-stream.ts'

function pushed(pieces: readonly Uint8Array[]): { text: string; replaced: boolean } {
  const stream = new Utf8Stream()
  const text = pieces.map((piece) => stream.push(piece)).join('') + stream.end()
  return { text, replaced: stream.replaced }
}

describe('bytes as text, piece by piece', () => {
  it('gives characters whole, wherever they are cut', () => {
    const bytes = Buffer.from('aż日🙂!')
    const single = Array.from(bytes, (byte) => Buffer.of(byte))
    expect(pushed(single)).toEqual({ text: 'aż日🙂!', replaced: false })
  })

  it('is what a decoder of all the bytes together gives, and tells whether it replaced any', () => {
    const cut = fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 6 })
    const hostile = fc.constantFrom(
      [0xf0, 0x9f],
      [0xe0],
      [0x80],
      [0xed, 0xa0, 0x80],
      [0xc0, 0xaf],
      [0xf4, 0x90],
      [0xff],
    )
    const pieces = fc.array(
      fc.oneof(
        hostile.map((bytes) => Uint8Array.from(bytes)),
        cut.map((all) => Buffer.concat(all)),
      ),
    )
    fc.assert(
      fc.property(pieces, (all) => {
        const bytes = Buffer.concat(all)
        const replaced = !bytes.equals(Buffer.from(bytes.toString()))
        expect(pushed(all)).toEqual({ text: bytes.toString(), replaced })
      }),
    )
  })

  it('does not take a real U+FFFD for a replacement', () => {
    expect(pushed([Buffer.from('�')])).toEqual({ text: '�', replaced: false })
  })

  it('replaces a character that never came whole', () => {
    expect(pushed([Buffer.from('日').subarray(0, 2)])).toEqual({ text: '�', replaced: true })
  })
})
