/** A place in a session: `ID@83.2` (seconds), `ID@1m23.2s`, `ID@1:23`. A link to it works wherever an id does. */

export interface SessionReference {
  /** What stands before the `@`: an id, its beginning, or `latest`. */
  readonly name: string
  /** µs since the session was opened. */
  readonly at?: number
}

/** Undefined: there is an `@`, and what follows it is no time. */
export function parseReference(text: string): SessionReference | undefined {
  const mark = text.lastIndexOf('@')
  if (mark < 0) return { name: text }
  const at = parseMoment(text.slice(mark + 1))
  return at === undefined ? undefined : { name: text.slice(0, mark), at }
}

const UNITS = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9}(?:\.\d{1,6})?)s?)?$/
const CLOCK = /^(?:(\d{1,6}):)?([0-5]?\d):([0-5]?\d(?:\.\d{1,6})?)$/

/** µs, or undefined. */
export function parseMoment(text: string): number | undefined {
  const found = text === '' ? null : (CLOCK.exec(text) ?? UNITS.exec(text))
  if (found === null) return undefined
  const [, hours = '0', minutes = '0', seconds = '0'] = found
  return Math.round(((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1e6)
}

/** `ID@83.2`: in seconds, with a tenth of one, and never later than the moment itself. */
export const momentLink = (id: string, elapsed: number): string =>
  `${id}@${(Math.floor(elapsed / 1e5) / 10).toFixed(1)}`
