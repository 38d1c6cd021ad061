import { describe, expect, it } from 'vitest'
import { loadScreens } from '../../src/recording/screen.ts'

const SIZE = { columns: 200, rows: 100 }
/** So much that what a fresh screen may spend at once hardly counts. */
const FLOOD_BYTES = 800_000
/** How many times as long as text it may take; what is not limited takes several hundred times as long. */
const MOST = 25

const open = await loadScreens()

function millisOf(piece: string): number {
  const screen = open(SIZE, { scrollback: 4096 })
  screen.write('x\r\n'.repeat(300))
  const flood = Buffer.from(piece.repeat(Math.ceil(FLOOD_BYTES / Buffer.byteLength(piece))))
  const began = performance.now()
  screen.write(flood)
  const millis = performance.now() - began
  screen.dispose()
  return millis
}

/** As lines of a program are: most of the time goes into letters. */
const text = 'drwxr-xr-x  2 root root  4096 Nov 22 20:58 a-name-of-a-file\r\n'
millisOf(text)

describe('a flood of sequences that ask for much', () => {
  it.each([
    ['resets', '\x1bc'],
    ['repeats', 'a\x1b[20000b'],
    ['alternate screens', '\x1b[?1049h\x1b[?1049l'],
    ['old alternate screens', '\x1b[?47h\x1b[?47l'],
    ['clears', '\x1b[2J'],
    ['alignment tests', '\x1b#8'],
    ['inserted lines', '\x1b[99L'],
    ['deleted lines', '\x1b[99M'],
    ['scrolls up', '\x1b[99S'],
    ['scrolls down', '\x1b[99T'],
    ['inserted columns', "\x1b[99'}"],
    ['deleted columns', "\x1b[99'~"],
    ['scrolls to the left', '\x1b[99 @'],
  ])('of %s takes no more than a few times as long as text', (_, piece) => {
    expect(millisOf(piece)).toBeLessThan(MOST * millisOf(text))
  })

  it('leaves a program with a screen that goes on as usual', () => {
    const screen = open(SIZE)
    screen.write('\x1bc'.repeat(1000))
    screen.write('words '.repeat(1000))
    screen.write('\x1b[2J\x1b[Hafterwards')
    expect(screen.lines().slice(0, 2)).toEqual(['afterwards', ''])
  })

  it('is limited at the same place whether or not the screen was copied in between', () => {
    const straight = open(SIZE)
    straight.write('\x1bc'.repeat(600))
    const snapshot = straight.snapshot()
    if (snapshot === undefined) throw new Error('no snapshot')
    const copy = open(SIZE, { from: snapshot })
    for (const screen of [straight, copy]) screen.write('marked\x1b[2J\x1b[2J\x1bcend')
    expect(copy.lines()).toEqual(straight.lines())
  })
})

describe('an ordinary program', () => {
  it('clears a large screen for a whole day without being limited', () => {
    const screen = open(SIZE)
    for (let turn = 0; turn < 20_000; turn += 1) {
      screen.write(`\x1b[H\x1b[2J${'a line of top, as long as they are in a usual terminal\r\n'.repeat(6)}${turn}`)
    }
    expect(screen.lines().filter((line) => line !== '')).toHaveLength(7)
    expect(screen.row(6)).toBe('19999')
  })
})
