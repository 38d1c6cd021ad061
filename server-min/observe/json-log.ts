import type { Observation, Observe } from '../observation.ts'

export type LogLevel = 'info' | 'warn' | 'error'
export type WriteLog = (level: LogLevel, message: string, fields?: object) => void

/** Writes one JSON object a line. Fields come from our own words and codes, never from a session. */
export const jsonLog =
  (stream: NodeJS.WritableStream, now: () => Date): WriteLog =>
  (level, message, fields = {}) => {
    stream.write(`${JSON.stringify({ time: now().toISOString(), level, message, ...fields })}\n`)
  }

/** What of the observations a person wants to read. The rest is for metrics. */
export const logObserver =
  (write: WriteLog): Observe =>
  (observation) => {
    const level = levelOf(observation)
    if (level === undefined) return
    const { type, ...fields } = observation
    write(level, type, fields)
  }

function levelOf(observation: Observation): LogLevel | undefined {
  switch (observation.type) {
    case 'alarm':
      return 'error'
    case 'refused':
      return 'warn'
    case 'decision':
      // Break glass is for emergencies: whoever watches for warnings must see it.
      return observation.decision === 'allow' ? 'info' : 'warn'
    case 'session-opened':
    case 'session-resumed':
    case 'session-detached':
    case 'session-ended':
      return 'info'
    case 'queued':
    case 'settled':
    case 'denial-repeated':
      return undefined
    default:
      return observation satisfies never
  }
}
