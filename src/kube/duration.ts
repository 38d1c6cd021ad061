import { fault } from './faults.ts'

const UNITS_MS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 3.6e6 }
const GO_DURATION = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/u

/** Go's time.ParseDuration in milliseconds; undefined when it is not one. */
export function parseGoDuration(text: string): number | undefined {
  if (!GO_DURATION.test(text)) return undefined
  const parts = [...text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gu)]
  const total = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS_MS[unit ?? ''] ?? 0), 0)
  return text.startsWith('-') ? -total : total
}

/** --request-timeout as kubectl reads it: a whole number is seconds, else a Go duration. 0 is no limit. */
export function parseRequestTimeout(text: string | undefined): number {
  if (text === undefined || text === '') return 0
  const ms = /^\+?\d+$/.test(text) ? Number(text) * 1000 : parseGoDuration(text)
  if (ms === undefined) {
    throw fault('KAE_KUBE_FLAG_INVALID', { detail: `--request-timeout=${text}: expected 30, 30s, 2m or 1h` })
  }
  return Math.max(0, ms)
}
