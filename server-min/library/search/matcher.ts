/**
 * What a search looks for. A text is folded and compared; a regular expression is run as JavaScript has them, and may be
 * written to take for ever: so it gets a time for each handful of lines, after which V8 stops it and the search fails.
 */
import { setFlagsFromString } from 'node:v8'
import { createContext, Script } from 'node:vm'
import { isMainThread } from 'node:worker_threads'
import type { CommandSearch } from '../../../src/protocol/session-library.ts'
import { fault } from '../faults.ts'
import { fold } from '../upkeep/fold.ts'
import { requiredTexts } from './regex-texts.ts'

export interface Matcher {
  /** Folded texts that every line which matches contains; none where that cannot be told. */
  readonly texts: readonly string[]
  /** Where the first match begins and ends in each line; undefined where there is none. @throws Fault KAE_SEARCH_TOO_SLOW */
  match(lines: readonly string[]): (Span | undefined)[]
}

export interface Span {
  readonly start: number
  readonly end: number
}

/** For so many lines together as come in one call. */
const LIMIT_MS = 500
const MOST_CHARACTERS = 10_000

/** @throws Fault KAE_SEARCH_INVALID */
export function matcherOf({ pattern }: Pick<CommandSearch, 'pattern'>): Matcher {
  if (pattern.type === 'text') return textMatcher(pattern.text)
  return regexMatcher(pattern.source)
}

function textMatcher(text: string): Matcher {
  if (text === '') throw fault('KAE_SEARCH_INVALID', { detail: 'the text is empty' })
  if (text.length > MOST_CHARACTERS) throw fault('KAE_SEARCH_INVALID', { detail: 'the text is too long' })
  const folded = fold(text)
  const find = (line: string): Span | undefined => {
    const start = fold(line).indexOf(folded)
    return start === -1 ? undefined : { start, end: start + folded.length }
  }
  return { texts: [folded], match: (lines) => lines.map(find) }
}

function regexMatcher(source: string): Matcher {
  if (source === '' || source.length > MOST_CHARACTERS)
    throw fault('KAE_SEARCH_INVALID', { detail: 'the regular expression is empty or too long' })
  const find = timedFind(compiled(source))
  return { texts: requiredTexts(source).map(fold), match: find }
}

function compiled(source: string): RegExp {
  try {
    // `^` and `$` are the ends of each line of a command that has several.
    return new RegExp(source, 'm')
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw fault('KAE_SEARCH_INVALID', { detail, cause })
  }
}

const FIND = new Script('find()')
const NO_SHORTCUTS = '--no-regexp-optimization'

// The flag is the whole process's. V8 reads it several times while it compiles, so it must not change under another thread:
// a thread beside others says it once, when it starts.
if (!isMainThread) setFlagsFromString(NO_SHORTCUTS)

/**
 * node:vm ends what takes longer than its limit, regular expressions in their midst as well; but not while V8 makes code of
 * one, at its first use or later. Looking for shortcuts then takes 2^n steps for n times `a?`, so it looks for none.
 */
function timedFind(expression: RegExp): Matcher['match'] {
  let lines: readonly string[] = []
  const find = (): (Span | undefined)[] =>
    lines.map((line) => {
      const found = expression.exec(line)
      return found === null ? undefined : { start: found.index, end: found.index + found[0].length }
    })
  const context = createContext({ find })
  return (some) => {
    lines = some
    if (isMainThread) setFlagsFromString(NO_SHORTCUTS)
    try {
      return FIND.runInContext(context, { timeout: LIMIT_MS }) as (Span | undefined)[]
    } catch (cause) {
      if (errorCode(cause) === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
        throw fault('KAE_SEARCH_TOO_SLOW', { detail: `more than ${LIMIT_MS} ms`, cause })
      throw cause
    } finally {
      if (isMainThread) setFlagsFromString('--regexp-optimization')
    }
  }
}

/** The error is of the context's own making: no instance of this one's `Error`. */
const errorCode = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
