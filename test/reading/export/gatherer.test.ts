import { describe, expect, it } from 'vitest'
import { Gatherer, type Piece } from '../../../src/reading/export/gatherer.ts'

/** What arrives when the pieces go through one room. */
async function arrived(
  pieces: readonly Piece[],
): Promise<{ readonly bytes: Buffer; readonly sizes: readonly number[] }> {
  const sent: Buffer[] = []
  const gatherer = new Gatherer(async (bytes) => {
    sent.push(Buffer.from(bytes))
  })
  for (const piece of pieces) await gatherer.write(piece)
  await gatherer.flush()
  return { bytes: Buffer.concat(sent), sizes: sent.map(({ length }) => length) }
}

const LENGTHS = [0, 1, 2, 5, 4095, 21_844, 21_845, 21_846, 32_768, 65_535, 65_536, 65_537, 200_001]

describe('pieces that are gathered', () => {
  it.for(['a', 'é', '€', '😀'])('arrive whole, however long, in characters such as %s', async (character) => {
    const texts = LENGTHS.flatMap((length) => [character.repeat(length), `-${character.repeat(length)}`])
    const bytes = texts.map((text) => Buffer.from(text))
    expect((await arrived(texts)).bytes.equals(Buffer.concat(bytes))).toBe(true)
    expect((await arrived(bytes)).bytes.equals(Buffer.concat(bytes))).toBe(true)
  })

  it('go out in few large ones', async () => {
    const { sizes } = await arrived(Array.from({ length: 10_000 }, () => 'x'.repeat(100)))
    expect(sizes.length).toBeLessThan(20)
  })

  it('are copied at once: a reader may use its buffer again', async () => {
    const buffer = Buffer.from('first')
    const sent: string[] = []
    const gatherer = new Gatherer(async (bytes) => void sent.push(Buffer.from(bytes).toString()))
    await gatherer.write(buffer)
    buffer.fill('x')
    await gatherer.flush()
    expect(sent).toEqual(['first'])
  })
})
