/** A session as the cells of a Table: plain text, since kubectl prints them as they come. */
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import { escapeText } from '../../../src/recording/escape.ts'
import { commandLine, stateName } from '../../../src/recording/wording.ts'

interface Column {
  readonly name: string
  readonly description: string
  /** 1: shown with `-o wide` alone. */
  readonly priority: 0 | 1
  readonly type?: 'integer'
  readonly format?: 'name'
  readonly cell: (session: SessionObject, now: number) => string | number
}

const WIDEST_COMMAND = 60

const COLUMNS: readonly Column[] = [
  {
    name: 'Name',
    description: 'The session’s id.',
    priority: 0,
    format: 'name',
    cell: ({ metadata }) => metadata.name,
  },
  {
    name: 'User',
    description: 'Whose session it is, as the API server authenticated them.',
    priority: 0,
    cell: ({ spec }) =>
      spec.authentication === 'request-header'
        ? escapeText(spec.user.username)
        : `${escapeText(spec.user.username)} (unverified)`,
  },
  { name: 'Pod', description: 'Where it runs.', priority: 0, cell: ({ spec }) => escapeText(spec.target.pod) },
  {
    name: 'Container',
    description: 'In which container.',
    priority: 0,
    cell: ({ spec }) => escapeText(spec.target.container),
  },
  {
    name: 'Command',
    description: 'What was started.',
    priority: 0,
    cell: ({ spec }) => shortened(commandLine(spec.target.command)),
  },
  { name: 'State', description: 'Live, or how it ended.', priority: 0, cell: ({ status }) => stateName(status) },
  {
    name: 'Age',
    description: 'Since it began.',
    priority: 0,
    cell: ({ status }, now) => ageOf(now - Date.parse(status.startTime)),
  },
  { name: 'Duration', description: 'How long it lasted.', priority: 1, cell: durationOf },
  {
    name: 'Lines',
    description: 'Entries of its command list, once it has ended.',
    priority: 1,
    cell: ({ status }) => status.commands ?? '',
  },
  { name: 'TTY', description: 'Whether it has a terminal.', priority: 1, cell: ({ spec }) => String(spec.target.tty) },
  { name: 'In', description: 'Bytes of input.', priority: 1, type: 'integer', cell: ({ status }) => status.inputBytes },
  {
    name: 'Out',
    description: 'Bytes of output, both streams.',
    priority: 1,
    type: 'integer',
    cell: ({ status }) => status.outputBytes + status.errorOutputBytes,
  },
  {
    name: 'Capture',
    description: 'Who wrote it down: the user’s client or the server.',
    priority: 1,
    cell: ({ spec }) => escapeText(spec.policy.capture),
  },
  {
    name: 'Record',
    description: 'What was written down.',
    priority: 1,
    cell: ({ spec }) => escapeText(spec.policy.record),
  },
  {
    name: 'Reason',
    description: 'Why, in the user’s own words.',
    priority: 1,
    cell: ({ spec }) => shortened(escapeText(spec.reason ?? '')),
  },
]

export const COLUMN_DEFINITIONS: readonly object[] = COLUMNS.map(
  ({ name, description, priority, type = 'string', format = '' }) => ({ name, type, format, description, priority }),
)

/** @param now ms since the Unix epoch */
export const cellsOf = (session: SessionObject, now: number): ReadonlyArray<string | number> =>
  COLUMNS.map(({ cell }) => cell(session, now))

function durationOf({ status: { durationMs } }: SessionObject): string {
  return durationMs === undefined ? '' : ageOf(durationMs)
}

const shortened = (text: string): string =>
  text.length > WIDEST_COMMAND ? `${text.slice(0, WIDEST_COMMAND - 1)}…` : text

/** As `kubectl get` shows an age (k8s.io/apimachinery pkg/util/duration, `HumanDuration`). */
export function ageOf(millis: number): string {
  const seconds = Math.max(0, Math.floor(millis / 1000))
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)]
  const days = Math.floor(hours / 24)
  if (seconds < 120) return `${seconds}s`
  if (minutes < 10) return parts(`${minutes}m`, seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  if (hours < 8) return parts(`${hours}h`, minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  if (days < 8) return parts(`${days}d`, hours % 24, 'h')
  if (days < 730) return `${days}d`
  return days < 8 * 365 ? parts(`${Math.floor(days / 365)}y`, days % 365, 'd') : `${Math.floor(days / 365)}y`
}

const parts = (first: string, rest: number, unit: string): string => (rest === 0 ? first : `${first}${rest}${unit}`)
