import type { SessionRecord } from '../protocol/record.ts'
import type { SessionEnd, SessionOpening } from '../protocol/session.ts'
import type { SessionId } from '../protocol/session-id.ts'
import { asciiJson } from '../recording/escape.ts'
import { isoTime } from '../recording/lines.ts'
import { parseEnd, parseOpening } from '../recording/payload.ts'
import { commandLine, endingName, targetName, userName } from '../recording/wording.ts'

export interface SessionSummary {
  readonly id: SessionId
  /** µs since the Unix epoch. */
  readonly started: number
  readonly opening: SessionOpening | undefined
  /** Undefined: the session runs, or its recorder was cut off. */
  readonly end: SessionEnd | undefined
  readonly ended: boolean
}

/** Takes records one by one and knows the sessions among them. */
export class Summaries {
  readonly #sessions = new Map<SessionId, SessionSummary>()

  take(record: SessionRecord): void {
    if (record.kind === 'open') {
      const opening = parseOpening(record.payload)
      this.#sessions.set(record.session, {
        id: record.session,
        started: record.time,
        opening,
        end: undefined,
        ended: false,
      })
    } else if (record.kind === 'end') {
      const session = this.#sessions.get(record.session)
      if (session !== undefined)
        this.#sessions.set(session.id, { ...session, end: parseEnd(record.payload), ended: true })
    }
  }

  /** Newest first. */
  list(): SessionSummary[] {
    return [...this.#sessions.values()].sort((a, b) => b.started - a.started)
  }
}

const HEADINGS = ['ID', 'STARTED', 'USER', 'TARGET', 'STATE', 'COMMAND']

/** A table with a heading, columns as wide as their widest cell. */
export function summaryTable(sessions: readonly SessionSummary[]): string[] {
  const rows = [HEADINGS, ...sessions.map(summaryCells)]
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function summaryCells({ id, started, opening, end, ended }: SessionSummary): string[] {
  const state = end === undefined ? (ended ? 'ended' : 'no end recorded') : endingName(end)
  const cells =
    opening === undefined
      ? ['not readable', '', '']
      : [userName(opening), targetName(opening.target), commandLine(opening.target.command)]
  const [user = '', target = '', command = ''] = cells
  return [id, `${isoTime(started).slice(0, 19)}Z`, user, target, state, command]
}

export const summaryJson = ({ id, started, opening, end }: SessionSummary): string =>
  asciiJson({ id, started: isoTime(started), opening, end })
