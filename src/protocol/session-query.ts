/**
 * A `SessionQuery` as parameters of a URL. Its namespace is none of them: it stands in the path, where the API server
 * authorizes it. Times are µs since the Unix epoch, in decimal.
 */

import type { SessionQuery } from './session-library.ts'
import type { SessionPhase } from './session-object.ts'

export type ParsedQuery =
  | { readonly ok: true; readonly query: SessionQuery }
  | { readonly ok: false; readonly why: string }

type Parameter = Exclude<keyof SessionQuery, 'namespace'>

const TEXT_LIMIT = 1024
const PHASES: readonly SessionPhase[] = ['Live', 'Ended', 'Lost']

/** Thrown and caught inside this file alone. */
class Wrong extends Error {}

/** How each parameter's text is read. An empty text is never what somebody meant to ask for. */
const READERS: { readonly [Name in Parameter]: (text: string, name: string) => SessionQuery[Name] } = {
  user: plainText,
  pod: plainText,
  container: plainText,
  command: plainText,
  since: micros,
  until: micros,
  phase: (text, name) => oneOf(text, name, PHASES),
  interactive: (text, name) => oneOf(text, name, ['true', 'false']) === 'true',
  exitCode: (text, name) => (text === 'nonzero' ? text : wholeNumber(text, name, 2 ** 31 - 1)),
}

export const QUERY_PARAMETERS = Object.keys(READERS) as readonly Parameter[]

export function encodeQuery(query: SessionQuery): URLSearchParams {
  const parameters = new URLSearchParams()
  for (const name of QUERY_PARAMETERS) if (query[name] !== undefined) parameters.set(name, String(query[name]))
  return parameters
}

/**
 * The inverse, strictly: nothing that is not understood is passed over, since a filter that is ignored shows too much.
 * @param others names of parameters that belong to somebody else
 */
export function parseQuery(parameters: URLSearchParams, others: Iterable<string> = []): ParsedQuery {
  const known = new Set<string>([...QUERY_PARAMETERS, ...others])
  try {
    for (const name of parameters.keys()) if (!known.has(name)) throw new Wrong(`unknown parameter ${quote(name)}`)
    const entries = QUERY_PARAMETERS.filter((name) => parameters.has(name)).map((name) => [
      name,
      read(parameters, name),
    ])
    return { ok: true, query: Object.fromEntries(entries) as SessionQuery }
  } catch (error) {
    if (error instanceof Wrong) return { ok: false, why: error.message }
    throw error
  }
}

function read(parameters: URLSearchParams, name: Parameter): SessionQuery[Parameter] {
  const values = parameters.getAll(name)
  if (values.length > 1) throw new Wrong(`${name} is given ${values.length} times`)
  return READERS[name](values[0] ?? '', name)
}

function plainText(text: string, name: string): string {
  if (text === '') throw new Wrong(`${name} is empty`)
  if (text.length > TEXT_LIMIT) throw new Wrong(`${name} is longer than ${TEXT_LIMIT} characters`)
  return text
}

function micros(text: string, name: string): number {
  return wholeNumber(text, name, Number.MAX_SAFE_INTEGER)
}

function wholeNumber(text: string, name: string, most: number): number {
  const value = Number(text)
  if (/^(0|[1-9]\d*)$/.test(text) && value <= most) return value
  throw new Wrong(`${name} is a whole number up to ${most}; received ${quote(text)}`)
}

function oneOf<Value extends string>(text: string, name: string, known: readonly Value[]): Value {
  const found = known.find((value) => value === text)
  if (found !== undefined) return found
  throw new Wrong(`${name} is one of ${known.join(', ')}; received ${quote(text)}`)
}

/** In JSON, ASCII alone: the words travel to terminals. */
const quote = (text: string): string =>
  JSON.stringify(text.slice(0, 40)).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
