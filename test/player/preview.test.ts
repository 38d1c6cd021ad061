import { describe, expect, it } from 'vitest'
import { preview } from '../../src/player/preview.ts'
import { MemoryLibrary } from './rig/memory-library.ts'
import { ending, type Moment, recordsOf, size } from './rig/recorded.ts'

const textOf = (rows: readonly (readonly { readonly text: string }[])[]): string[] =>
  rows.map((row) => row.map(({ text }) => text).join('')).filter((text) => text !== '')

const library = (moments: readonly Moment[]): MemoryLibrary => new MemoryLibrary(recordsOf(moments))

describe('a preview', () => {
  const session = library([
    size(0, 20, 5),
    [1, 'output', 'one \x1b[31mred\x1b[0m \u{202e}x 世界\r\n'],
    [5, 'output', '\x1b[2Jtwo'],
    ending(6),
  ])

  it('is the last screen, or that of a moment', async () => {
    const room = { size: { columns: 80, rows: 24 } }
    expect(textOf(await preview(session, session.session, room))).toEqual([expect.stringContaining('two')])
    const [row] = await preview(session, session.session, { ...room, at: 2e6 })
    expect(row?.find(({ text }) => text === 'red')?.style).toEqual({ foreground: 1 })
    expect(row?.map(({ text }) => text).join('')).not.toMatch(/\p{Cf}/u)
  })

  it('fits the room that there is', async () => {
    const rows = await preview(session, session.session, { size: { columns: 6, rows: 2 }, at: 2e6 })
    expect(rows).toHaveLength(2)
    for (const row of rows) for (const { column, width } of row) expect(column + width).toBeLessThanOrEqual(6)
  })

  it('of a long session reads its end alone, and knows the size all the same', async () => {
    const lines = Array.from({ length: 5000 }, (_, index): Moment => [index, 'output', `line ${index}\r\n`])
    const long = library([size(0, 30, 3), ...lines, ending(5000)])
    expect(textOf(await preview(long, long.session, { size: { columns: 80, rows: 24 } }))).toEqual([
      'line 4998',
      'line 4999',
    ])
  })
})
