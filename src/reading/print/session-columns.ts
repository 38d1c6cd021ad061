import type { SessionObject } from '../../protocol/session-object.ts'
import { escapeText } from '../../recording/escape.ts'
import { commandName, stateName } from '../../recording/wording.ts'
import type { Style } from './paint.ts'
import type { Cell, Column } from './table.ts'
import { ageWords, durationWords, microsOf, timeWords } from './times.ts'

export interface ColumnChoice {
  readonly wide: boolean
  /** Sessions of several namespaces. */
  readonly namespaces: boolean
  /** Ids as short as keeps them apart; see `shortIds`. */
  readonly idOf: (session: SessionObject) => string
  /** µs since the Unix epoch. */
  readonly now: number
}

interface SessionColumn extends Column {
  readonly cell: (session: SessionObject, choice: ColumnChoice) => Cell
}

const plain = (text: string): Cell => ({ text })

const ID: SessionColumn = { heading: 'ID', cell: (session, { idOf }) => ({ text: idOf(session), style: 'cyan' }) }
const AGE: SessionColumn = {
  heading: 'AGE',
  cell: ({ status }, { now }) => plain(ageWords(now - microsOf(status.startTime))),
}
const STARTED: SessionColumn = {
  heading: 'STARTED',
  cell: ({ status }) => plain(timeWords(microsOf(status.startTime))),
}
const DURATION: SessionColumn = {
  heading: 'DURATION',
  cell: ({ status }) => plain(status.durationMs === undefined ? '' : durationWords(status.durationMs)),
}
const USER: SessionColumn = { heading: 'USER', least: 8, cell: ({ spec }) => plain(whoWords(spec)) }
const NAMESPACE: SessionColumn = {
  heading: 'NAMESPACE',
  least: 7,
  cell: ({ metadata }) => plain(escapeText(metadata.namespace)),
}
const POD: SessionColumn = { heading: 'POD', least: 10, cell: ({ spec }) => plain(escapeText(spec.target.pod)) }
const CONTAINER: SessionColumn = {
  heading: 'CONTAINER',
  least: 9,
  cell: ({ spec }) => plain(escapeText(spec.target.container)),
}
const STATE: SessionColumn = { heading: 'STATE', cell: (session) => stateCell(session) }
const LINES: SessionColumn = {
  heading: 'LINES',
  right: true,
  cell: ({ status }) => plain(status.commands === undefined ? '' : String(status.commands)),
}
const CAPTURE: SessionColumn = { heading: 'CAPTURE', cell: ({ spec }) => plain(escapeText(spec.policy.capture)) }
const OUTPUT: SessionColumn = {
  heading: 'OUTPUT',
  right: true,
  cell: ({ status }) => plain(bytesWords(status.outputBytes + status.errorOutputBytes)),
}
const REASON: SessionColumn = { heading: 'REASON', least: 8, cell: ({ spec }) => plain(escapeText(spec.reason ?? '')) }
const COMMAND: SessionColumn = {
  heading: 'COMMAND',
  least: 10,
  cell: ({ spec }) => plain(commandName(spec.target.command)),
}

export function sessionColumns({ wide, namespaces }: ColumnChoice): readonly SessionColumn[] {
  const where = namespaces ? [NAMESPACE, POD] : [POD]
  return wide
    ? [ID, STARTED, DURATION, USER, NAMESPACE, POD, CONTAINER, STATE, LINES, OUTPUT, CAPTURE, REASON, COMMAND]
    : [ID, AGE, USER, ...where, STATE, LINES, COMMAND]
}

export const sessionCells = (session: SessionObject, choice: ColumnChoice): Cell[] =>
  sessionColumns(choice).map(({ cell }) => cell(session, choice))

/** A name without a voucher says so wherever it is shown (I2). */
export const whoWords = ({ user, authentication }: Pick<SessionObject['spec'], 'user' | 'authentication'>): string =>
  `${escapeText(user.username)}${authentication === 'request-header' ? '' : ' (unverified)'}`

function stateCell(session: SessionObject): Cell {
  const text = stateWords(session)
  return { text, style: stateStyle(session) }
}

export const stateWords = ({ status }: SessionObject): string => stateName(status)

function stateStyle({ status }: SessionObject): Style | undefined {
  if (status.phase === 'Live') return 'green'
  if (status.phase === 'Lost' || (status.reason !== undefined && status.reason !== 'exited')) return 'red'
  return status.exitCode === undefined || status.exitCode === 0 ? 'dim' : 'yellow'
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** `0 B`, `1.2 kB`, `34 MB` */
export function bytesWords(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.floor(value)} ${UNITS[power]}`
}

/** The millisecond of an id: what it begins with, and nearly always enough to tell sessions apart. */
const SHORT_ID = 13

export const shortId = (id: string): string => id.slice(0, SHORT_ID)

/**
 * Ids cut to their first 13 characters where that leaves each of these sessions its own, and of those that come later. A
 * beginning works as an id.
 */
export function shortIds(sessions: readonly SessionObject[]): (session: SessionObject) => string {
  const known = new Map<string, Set<string>>()
  const isAlone = ({ metadata: { name } }: SessionObject): boolean => {
    const short = shortId(name)
    const names = known.get(short) ?? new Set()
    known.set(short, names.add(name))
    return names.size === 1
  }
  sessions.forEach(isAlone)
  return (session) => (isAlone(session) ? shortId(session.metadata.name) : session.metadata.name)
}
