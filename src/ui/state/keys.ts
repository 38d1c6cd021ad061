/** The page behind `?`. Pure, so that the reducer scrolls by the same lines that the view draws. */
import { padded, wrapped } from '../text.ts'
import type { Size } from './model.ts'

/** Every key, in the order in which one needs them. docs/tui.md has the same table; a test compares them. */
export const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ['Enter, s', 'open a recorded shell; replay, or watch'],
  ['Esc', 'one step back'],
  ['f', 'filter; Enter keeps it, Esc clears it'],
  ['n, 0', 'another namespace; all of them'],
  ['c', 'another context'],
  ['p', 'pods'],
  ['r, w', 'recent sessions; those that run now'],
  ['/', 'search; Ctrl-O output too, Tab filters pods'],
  ['Up Down, j k', 'one row'],
  ['Space, PgUp', 'one screen on, back'],
  ['Home End, g G', 'first, last'],
  ['Ctrl-R', 'fetch everything again'],
  ['q, Ctrl-C', 'quit'],
]

export interface KeyLine {
  /** Padded to the width of the widest; blank where a meaning goes on. */
  readonly keys: string
  readonly meaning: string
}

const WIDEST = Math.max(...KEYS.map(([keys]) => keys.length))
const GAP = 2

export function keyLines({ columns }: Size): readonly KeyLine[] {
  const room = Math.max(8, columns - WIDEST - GAP - 2)
  return KEYS.flatMap(([keys, meaning]) =>
    wrapped(meaning, room).map((line, index) => ({
      keys: padded(index === 0 ? keys : '', WIDEST + GAP),
      meaning: line,
    })),
  )
}

/** The first line that is shown, after so many more rows of a page. Undefined where there is no such page. */
export function turned(
  from: number,
  { rows, lines }: { readonly rows: number; readonly lines: number },
): number | undefined {
  const next = from + Math.max(1, rows)
  return next < lines ? next : undefined
}
