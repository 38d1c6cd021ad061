/** What a line on the screen says of the one that was entered. */
import { squashed } from './anchor.ts'
import type { Candidate } from './candidates.ts'
import type { CommandList } from './command-list.ts'
import type { Effort } from './effort.ts'
import type { EnteredLine } from './entered-line.ts'
import { isContinuationPrompt } from './prompts.ts'
import { trimmed, withoutMargin } from './screen-text.ts'

/** The same, without blanks. What its font or its tables do not have, a program writes as a question mark. */
export function isShownAs(shown: string, text: string): boolean {
  if (shown === text) return true
  if (!shown.includes('?') || !NOT_ASCII.test(text)) return false
  const there = [...shown]
  const typed = [...text]
  return (
    there.length === typed.length && typed.every((each, at) => each === there[at] || (there[at] === '?' && each > '~'))
  )
}

const NOT_ASCII = /[^\0-~]/

/** A terminal shows so what was typed while it did not echo for a moment. */
export function isEndOf({ texts: [text = ''] }: EnteredLine, candidate: string): boolean {
  const shown = squashed(candidate)
  return shown.length < squashed(text).length && squashed(text).endsWith(shown)
}

/** The most of it that was seen is what it is taken for. */
export function fallBackTo(line: EnteredLine, text: string): void {
  if (text.length > (line.fallback?.length ?? 0)) line.fallback = text
}

/** Blanks at its beginning that no key gave are its editor's. */
export function indented(text: string, { text: shown, prompt }: Candidate): string {
  const indent = isContinuationPrompt(prompt) && !/^\s/.test(text) ? (/^ +/.exec(shown)?.[0] ?? '') : ''
  return trimmed(indent + text)
}

/** Some programs echo a password as stars. */
export const isMasked = (text: string): boolean => /^[*•●]+$/.test(text)

/** How many commands are looked through for one that is entered again. */
const MOST_RECALLED = 200

/** A screen does not tell whether an indent was typed; the session does, where the line was entered in it before. */
export function recalledFrom(list: CommandList, { text, prompt }: Candidate, effort: Effort): string {
  if (!text.includes('\n') || !effort.isLeft) return text
  effort.spend(MOST_RECALLED, 0)
  const squashedText = squashed(text)
  const same = list.newest(MOST_RECALLED).find((line) => squashed(line) === squashedText)
  return same ?? withoutMargin(text, prompt.length)
}
