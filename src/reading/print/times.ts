/** Times as people write and read them. Pure: what now is comes from the caller, in µs since the Unix epoch. */
import { isoTime } from '../../recording/lines.ts'

const UNIT_MICROS: Readonly<Record<string, number>> = { s: 1e6, m: 60e6, h: 3600e6, d: 86_400e6, w: 7 * 86_400e6 }
const AGO = /^(?:\d{1,6}[smhdw])+$/
const DATE = /^\d{4}-\d\d-\d\d$/
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?$/

/** `2h`, `1d12h` ago; `2026-11-22`; `2026-11-22T09:30`, with its zone or this machine's. Undefined: none of these. */
export function parseTime(text: string, now: number): number | undefined {
  if (AGO.test(text)) {
    const parts = [...text.matchAll(/(\d+)([smhdw])/g)]
    const ago = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MICROS[unit ?? ''] ?? 0), 0)
    return Math.max(0, now - ago)
  }
  // A date alone is midnight here, as everybody means it; ECMAScript would take it for UTC's.
  const millis = DATE.test(text) ? Date.parse(`${text}T00:00`) : DATE_TIME.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(millis) ? undefined : millis * 1000
}

/** `42s`, `7m`, `3h`, `2d`, `5w`: in two digits how long ago. */
export function ageWords(micros: number): string {
  const units = Object.entries(UNIT_MICROS).toReversed()
  const [unit, size] = units.find(([, size]) => micros >= 2 * size) ?? ['s', 1e6]
  return `${Math.max(0, Math.floor(micros / size))}${unit}`
}

/** `480ms`, `12.3s`, `4m05s`, `1h02m`. */
export function durationWords(millis: number): string {
  if (millis < 1000) return `${Math.round(millis)}ms`
  const seconds = Math.floor(millis / 1000)
  if (seconds < 60) return `${(Math.floor(millis / 100) / 10).toFixed(1)}s`
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const two = (number: number): string => String(number).padStart(2, '0')
  return hours > 0 ? `${hours}h${two(minutes)}m` : `${minutes}m${two(seconds % 60)}s`
}

/** RFC 3339 as µs since the Unix epoch; NaN for what is none. A Date keeps only milliseconds. */
export function microsOf(time: string): number {
  const fraction = /\.(\d{1,6})/.exec(time)?.[1] ?? ''
  const whole = Date.parse(time.replace(/\.\d+/, ''))
  return whole * 1000 + Number(fraction.padEnd(6, '0'))
}

/** `2026-11-22 18:52:18Z`: in UTC, so that two readers read the same. */
export const timeWords = (micros: number): string => `${isoTime(micros).slice(0, 19).replace('T', ' ')}Z`
