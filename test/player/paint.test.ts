import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blankRow, cellsOf, type Frame, safeGlyph, write } from '../../src/player/frame.ts'
import { paint } from '../../src/player/paint.ts'
import { loadScreens, openScreen } from '../../src/recording/screen.ts'

const open = await loadScreens()
const SIZE = { columns: 80, rows: 24 }

/** A frame that shows what an emulator shows. */
function frameOf(output: string): Frame {
  const screen = open(SIZE)
  screen.write(Buffer.from(output))
  const view = { cell: screen.newCell(), colors: 'all', from: 0, columns: SIZE.columns } as const
  const rows = Array.from({ length: SIZE.rows }, (_, row) => {
    const line = screen.line(row)
    return line === undefined ? blankRow(SIZE.columns) : cellsOf(line, view)
  })
  return { columns: SIZE.columns, rows, cursor: undefined }
}

const text = fc.array(
  fc.oneof(
    fc.constantFrom(
      '\r\n',
      '世界',
      'x',
      '  ',
      '\x1b[31m',
      '\x1b[0m',
      '\x1b[7m',
      '\x1b[5;5H',
      '\x1b[1;79H世',
      'e\u{301}',
      '\x1b[48;5;99m',
    ),
    fc.string({ maxLength: 12 }),
  ),
  { maxLength: 40 },
)

describe('painting', () => {
  it('one frame over another shows what the second alone would show', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (first, second) => {
        const [before, after] = [frameOf(first.join('')), frameOf(second.join(''))]
        const [twice, once] = [await openScreen(SIZE), await openScreen(SIZE)]
        // As in the player, nothing wraps at the edge.
        for (const screen of [twice, once]) screen.write(Buffer.from('\x1b[?7l'))
        twice.write(Buffer.from(paint(undefined, before) + paint(before, after)))
        once.write(Buffer.from(paint(undefined, after)))
        const rows = Array.from({ length: SIZE.rows }, (_, row) => row)
        expect(rows.map((row) => twice.runs(row))).toEqual(rows.map((row) => once.runs(row)))
      }),
      { numRuns: 150 },
    )
  })

  it('says nothing where nothing changed', () => {
    expect(paint(frameOf('same'), frameOf('same'))).toBe('')
  })

  it('moves the cursor after every glyph whose width terminals disagree about', () => {
    expect(paint(frameOf(''), frameOf('世a'))).toContain('世\x1b[1;3Ha')
  })
})

describe('a glyph', () => {
  it.each([
    ['\u{202e}', '\u{fffd}'],
    ['a\u{200d}', 'a'],
    ['\u{9b}', '\u{fffd}'],
    ['\x1b', '\u{fffd}'],
    ['\u{301}', '\u{25cc}\u{301}'],
    ['\u{e0b0}', '\u{e0b0}'],
  ])('%j goes to a terminal as %j', (recorded, safe) => {
    expect(safeGlyph(recorded)).toBe(safe)
  })

  it('of two columns at the edge is not cut in half', () => {
    const row = blankRow(3)
    write(row, 0, { text: 'ab世' })
    expect(row.glyphs).toEqual(['a', 'b', ' '])
  })
})
