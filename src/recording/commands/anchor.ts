import type { Screen, ScreenMark } from '../screen.ts'
import { beginsWith, continuationBefore } from './prompts.ts'
import { lineFrom } from './screen-text.ts'

/**
 * Where a line began: the cursor stood here when its first key came. What is left of it is the prompt; what is right of it
 * is not the user's (zsh and fish write a second prompt there).
 */
export interface Anchor {
  readonly mark: ScreenMark | undefined
  readonly prompt: string
  readonly right: string
}

/** `isFresh`: no key of the line was pressed yet. */
export function captureAnchor(screen: Screen, isFresh: boolean): Anchor {
  const { row, column } = screen.cursor
  const right = isFresh ? screen.row(row, column) : ''
  // A prompt on the right keeps away from the cursor; what follows at once is a part of the line, or proposed for it.
  return {
    mark: screen.mark(),
    prompt: withoutIndent(screen.cells(row, 0, column)),
    right: right.startsWith('  ') ? right.trim() : '',
  }
}

/** Python's editor indents what goes on in a block: that is a part of the line. */
function withoutIndent(prompt: string): string {
  const before = continuationBefore(prompt)
  return before !== undefined && prompt.slice(before.length).trim() === '' ? before : prompt
}

/** What the screen shows from an anchor to the end of a row. Undefined where the prompt is not there any more. */
export function textAfter(anchor: Anchor, screen: Screen, lastRow: number): string | undefined {
  const row = anchor.mark?.row
  if (row === undefined || row > lastRow) return undefined
  const start = screen.row(row)
  // An indent is not a prompt: the line editor of fish changes it as it goes.
  const isIndent = anchor.prompt.trim() === '' && start.trim() !== ''
  const length = isIndent ? Math.min(anchor.prompt.length, start.search(/\S/)) : anchor.prompt.length
  if (!isIndent && !beginsWith(start, anchor.prompt)) return undefined
  return lineFrom(screen, row, lastRow)?.slice(length)
}

/** Whether the cursor went elsewhere, or something else than the echo of `text` stands before it. */
export function hasLeft(anchor: Anchor, screen: Screen, text: string | undefined): boolean {
  const { row, column } = screen.cursor
  const shown = textAfter(anchor, screen, row)
  if (shown === undefined) return true
  if (text === undefined) return anchor.mark?.row !== row && shown.includes('\n')
  const right = screen.row(row, column)
  const before = shown.endsWith(right) ? shown.slice(0, shown.length - right.length) : shown
  return !squashed(text).startsWith(squashed(before))
}

/** An echo may lag behind, and what was deleted may still be seen. */
export function isEchoOf(shown: string, text: string): boolean {
  const [there, typed] = [squashed(shown), squashed(text)]
  return typed.startsWith(there) || there.startsWith(typed)
}

/** A shell writes anew, behind its prompt, what there was of the line already: that is no part of the prompt. */
export function withoutEcho(anchor: Anchor, text: string): Anchor | undefined {
  const length = echoedAtEnd(anchor.prompt, text)
  return length === 0 ? undefined : { ...anchor, prompt: withoutIndent(anchor.prompt.slice(0, -length)) }
}

function echoedAtEnd(prompt: string, text: string): number {
  const most = Math.min(text.length, prompt.length)
  const indent = text.search(/\S|$/)
  for (let length = most; length > indent; length -= 1) {
    if (text[length - 1] === prompt.at(-1) && prompt.endsWith(text.slice(0, length))) return length
  }
  return 0
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
