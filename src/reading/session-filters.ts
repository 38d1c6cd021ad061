/** The flags that say which sessions: one table for `list` and `search`. */
import { type FlagDefinition, given } from '../kube/flags.ts'
import type { SessionQuery } from '../protocol/session-library.ts'
import { fault } from './faults.ts'
import { parseTime } from './print/times.ts'

export const FILTER_FLAGS = {
  user: { type: 'string', value: 'NAME', description: 'Of this user' },
  pod: { type: 'string', value: 'NAME', description: 'In this pod' },
  container: { type: 'string', value: 'NAME', char: 'c', description: 'In this container' },
  since: {
    type: 'string',
    value: 'TIME',
    description: 'Started since then: 2h or 1d ago, 2026-01-31, 2026-01-31T09:30Z',
  },
  until: { type: 'string', value: 'TIME', description: 'Started before then' },
  live: { type: 'bool', description: 'That run now' },
  ended: { type: 'bool', description: 'That have ended' },
  interactive: { type: 'bool', description: 'With a terminal' },
  'exit-status': {
    type: 'string',
    value: 'NUMBER',
    description: 'That ended with this status, or with any but zero: nonzero',
  },
  contains: { type: 'string', value: 'TEXT', description: 'With this text in a command line, letters of either case' },
} as const satisfies Record<string, FlagDefinition>

/** As a command line gave them. */
export type FilterFlags = Readonly<Record<string, unknown>>

/** @throws Fault KAE_READING_FLAGS, KAE_READING_VALUE_INVALID */
export function queryOf(flags: FilterFlags, context: { namespace: string | undefined; now: number }): SessionQuery {
  if (flags.live === true && flags.ended === true) throw fault('KAE_READING_FLAGS', { detail: '--live and --ended' })
  const text = (name: string): string | undefined => {
    const value = flags[name]
    // An empty variable in a script must not widen what is asked for.
    if (value === '')
      throw fault('KAE_READING_VALUE_INVALID', { detail: `--${name}=: expected a value; leave it out for all` })
    return typeof value === 'string' ? value : undefined
  }
  const phase = flags.live === true ? 'Live' : flags.ended === true ? 'Ended' : undefined
  const exit = text('exit-status')
  const [since, until] = ['since', 'until'].map((name) => timeOf(name, text(name), context.now))
  if (since !== undefined && until !== undefined && until <= since) {
    const detail = `--since=${text('since')} and --until=${text('until')}, which is no later`
    throw fault('KAE_READING_FLAGS', { detail })
  }
  return given({
    namespace: context.namespace,
    user: text('user'),
    pod: text('pod')?.replace(/^pods?\//, ''),
    container: text('container'),
    since,
    until,
    phase,
    interactive: flags.interactive === true ? true : undefined,
    exitCode: exit === undefined ? undefined : exitCodeOf(exit),
    command: text('contains'),
  })
}

function timeOf(name: string, text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined
  const time = parseTime(text, now)
  if (time !== undefined) return time
  const detail = `--${name}=${text}: expected a time ago (2h, 1d) or a date (2026-01-31, 2026-01-31T09:30Z)`
  throw fault('KAE_READING_VALUE_INVALID', { detail })
}

function exitCodeOf(text: string): number | 'nonzero' {
  if (text === 'nonzero') return text
  if (/^\d{1,3}$/.test(text)) return Number(text)
  throw fault('KAE_READING_VALUE_INVALID', { detail: `--exit-status=${text}: expected a number or nonzero` })
}
