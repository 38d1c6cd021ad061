import type { Screen, ScreenMark } from '../screen.ts'
import { beginsWith } from './prompts.ts'
import { lineFrom } from './screen-text.ts'

/**
 * Where a line began: the cursor stood here when its first key came. What is left of it is the prompt; what is right of it
 * is not the user's (zsh and fish write a second prompt there).
 */
export interface Anchor {
  readonly mark: ScreenMark | undefined
  readonly column: number
  readonly prompt: string
  readonly right: string
}

export function captureAnchor(screen: Screen): Anchor {
  const { row, column } = screen.cursor
  return {
    mark: screen.mark(),
    column,
    prompt: screen.cells(row, 0, column),
    right: screen.row(row, column).trim(),
  }
}

/** What the screen shows from an anchor to the end of a row. Undefined where the prompt is not there any more. */
export function textAfter(anchor: Anchor, screen: Screen, lastRow: number): string | undefined {
  const row = anchor.mark?.row
  if (row === undefined || row > lastRow || !beginsWith(screen.row(row), anchor.prompt)) return undefined
  return lineFrom(screen, row, lastRow)?.slice(anchor.prompt.length)
}

/** Whether the cursor went elsewhere, or something else than the echo of `text` was written since. */
export function hasLeft(anchor: Anchor, screen: Screen, text: string | undefined): boolean {
  const shown = textAfter(anchor, screen, screen.cursor.row)
  if (shown === undefined) return true
  const isElsewhere = anchor.mark?.row !== screen.cursor.row && shown.includes('\n')
  return text === undefined ? isElsewhere : !isEchoOf(shown, text)
}

/** An echo may lag behind, and what was deleted may still be seen. */
export function isEchoOf(shown: string, text: string): boolean {
  const [there, typed] = [squashed(shown), squashed(text)]
  return typed.startsWith(there) || there.startsWith(typed)
}

/** Without blanks: a screen breaks lines, cuts blanks at their end and shows tabs as blanks. */
export const squashed = (text: string): string => text.replace(/\s+/g, '')

/** A prompt at the right margin may still stand beside a line. */
export function withoutRight(text: string, right: string): string {
  if (right === '' || !text.includes(right)) return text
  return text
    .split('\n')
    .map((line) => {
      const rest = line.endsWith(right) ? line.slice(0, -right.length) : line
      return rest === '' || /\s$/.test(rest) ? rest.trimEnd() : line
    })
    .join('\n')
}
