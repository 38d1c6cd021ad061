/** Sessions as a library gives them, without a log behind them, and a place where a command prints. */
import { GROUP_VERSION } from '../../src/protocol/api.ts'
import { makeSessionId, type SessionId } from '../../src/protocol/session-id.ts'
import type { SessionObject } from '../../src/protocol/session-object.ts'
import type { Output } from '../../src/reading/print/output.ts'
import { painter } from '../../src/reading/print/paint.ts'
import { isoTime } from '../../src/recording/lines.ts'
import { openingOf } from './opening.ts'

/** µs since the Unix epoch: 2026-01-02T12:00:00Z. */
export const NOW = Date.UTC(2026, 0, 2, 12) * 1000

export interface Made {
  /** Sessions with other numbers have other ids, and a higher number is a later session. */
  readonly number?: number
  readonly metadata?: Partial<SessionObject['metadata']>
  readonly spec?: Partial<SessionObject['spec']>
  readonly target?: Partial<SessionObject['spec']['target']>
  readonly status?: Partial<SessionObject['status']>
}

/** A day before NOW, and a second for each number. */
const startOf = (number: number): number => NOW - 86_400e6 + number * 1e6

export const idOf = (number: number): SessionId => makeSessionId(startOf(number) / 1000, Buffer.alloc(10, number))

export function sessionObject({ number = 1, metadata, spec, target, status }: Made = {}): SessionObject {
  const started = isoTime(startOf(number))
  const { version: _, target: named, ...opening } = openingOf()
  const { namespace, ...said } = named
  const name = idOf(number)
  return {
    apiVersion: GROUP_VERSION,
    kind: 'Session',
    metadata: {
      name,
      namespace,
      uid: name,
      creationTimestamp: `${started.slice(0, 19)}Z`,
      resourceVersion: String(number),
      ...metadata,
    },
    spec: { ...opening, authentication: 'request-header', ...spec, target: { ...said, ...target } },
    status: {
      phase: 'Ended',
      startTime: started,
      endTime: isoTime(startOf(number) + 5e6),
      reason: 'exited',
      exitCode: 0,
      durationMs: 5000,
      records: 4,
      inputBytes: 3,
      outputBytes: 1500,
      errorOutputBytes: 0,
      commands: 2,
      ...status,
    },
  }
}

export interface CapturedOutput extends Output {
  /** All that was printed so far. */
  readonly text: string
  readonly bytes: Buffer
  /** What was said beside it. */
  readonly said: readonly string[]
}

/** @param columns of its terminal; undefined: a pipe. Colours where there is a terminal and they are asked for. */
export function capturedOutput(columns?: number, colours = false): CapturedOutput {
  const pieces: Buffer[] = []
  const said: string[] = []
  return {
    columns,
    paint: painter(colours),
    write: async (text) => void pieces.push(Buffer.from(text as string)),
    say: (line) => void said.push(line),
    said,
    get bytes() {
      return Buffer.concat(pieces)
    },
    get text() {
      return Buffer.concat(pieces).toString()
    },
  }
}
