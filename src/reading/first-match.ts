/** Where a line matches what was searched for, to mark it. */
import { createContext, runInContext } from 'node:vm'
import type { CommandSearch } from '../protocol/session-library.ts'

export interface Match {
  readonly start: number
  readonly end: number
}

export type Matcher = (text: string) => Match | undefined

/** The line is hostile and the expression anybody's: one that takes longer than this is not looked for again. */
const PATIENCE_MS = 50

/** @throws SyntaxError for what is no regular expression */
export function matcherOf(pattern: CommandSearch['pattern']): Matcher {
  if (pattern.type === 'regex') return expressionMatcher(new RegExp(pattern.source, 'u'))
  const wanted = pattern.text.toLowerCase()
  return (text) => {
    const start = text.toLowerCase().indexOf(wanted)
    return start < 0 ? undefined : { start, end: start + wanted.length }
  }
}

/** Only code in a context of its own can be stopped while an expression backtracks. */
function expressionMatcher(expression: RegExp): Matcher {
  const room = { expression, text: '' }
  const context = createContext(room)
  let patient = true
  return (text) => {
    if (!patient) return undefined
    room.text = text
    try {
      const match = runInContext('expression.exec(text)', context, { timeout: PATIENCE_MS }) as RegExpExecArray | null
      return match === null || match[0] === '' ? undefined : { start: match.index, end: match.index + match[0].length }
    } catch {
      patient = false
      return undefined
    }
  }
}
