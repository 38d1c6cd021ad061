import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadScreens, type Screen } from '../../src/recording/screen.ts'

const SIZE = { columns: 80, rows: 24 }
const open = await loadScreens()

/** All that a frame is made of. */
const stateOf = (screen: Screen) => ({
  rows: Array.from({ length: screen.size.rows }, (_, row) => screen.runs(row)),
  wrapped: Array.from({ length: screen.size.rows }, (_, row) => screen.isWrapped(row)),
  cursor: screen.cursor,
  isAlternate: screen.isAlternate,
  isCursorVisible: screen.isCursorVisible,
})

const piece = fc.oneof(
  fc.constantFrom(
    ...[
      '\r\n',
      '\x1b[H',
      '\x1b[5;40H',
      '\x1b[3;9r',
      '\x1b[r',
      '\x1b7',
      '\x1b8',
      '\x1b[?1049h',
      '\x1b[?1049l',
      '\x1b[?25l',
    ],
    ...[
      '\x1b[?25h',
      '\x1b[?6h',
      '\x1b[?7l',
      '\x1b[?7h',
      '\x1b[4h',
      '\x1b[4l',
      '\x1b(0',
      '\x1b(B',
      '\x0e',
      '\x0f',
      '\x1b)0',
    ],
    ...[
      '\x1b[31;1m',
      '\x1b[48;2;1;2;3m',
      '\x1b[0m',
      '\x1b[4:3m',
      '\x1bH',
      '\x1b[3g',
      '\t',
      '\x1b[2L',
      '\x1b[M',
      '\x1b[2J',
    ],
    ...[
      '\x1b[3b',
      '\x1bM',
      '\x1b[5X',
      '\x1b[3@',
      '\x1b[2P',
      '\x1bc',
      '\x1b[!p',
      '世界',
      'e\u{301}',
      'lqqk',
      'w'.repeat(90),
    ],
  ),
  fc.string({ maxLength: 30 }),
)

describe('a snapshot of a screen', () => {
  it('goes on as the screen itself does, whatever comes before and after', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.array(piece, { maxLength: 30 }), (before, after) => {
        const original = open(SIZE)
        original.write(Buffer.from(before.join('')))
        const snapshot = original.snapshot()
        if (snapshot === undefined) return
        // It serves again and again, so what its first user writes must not show in it.
        open(SIZE, { from: snapshot }).write(Buffer.from('\x1b[31mnoise\x1b[2J\x1b[2;3r'))
        const copy = open(SIZE, { from: snapshot })
        expect(stateOf(copy)).toEqual(stateOf(original))
        for (const screen of [original, copy]) screen.write(Buffer.from(after.join('')))
        expect(stateOf(copy)).toEqual(stateOf(original))
      }),
      { numRuns: 300 },
    )
  })

  it.each(['\x1b', '\x1b[3', '\x1b]0;title', '\x1bPq', '\xc3'])('is not taken in the middle of %j', (begun) => {
    const screen = open(SIZE)
    screen.write(Buffer.from(begun, 'latin1'))
    expect(screen.snapshot()).toBeUndefined()
  })
})
