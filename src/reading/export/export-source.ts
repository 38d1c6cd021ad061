/** What is exported, and the reading of it: one record after the other, each checked against the one before. */
import type { PassingRequest } from '../../../server-min/library/library.ts'
import type { ReadRecord } from '../../protocol/read-record.ts'
import type { SessionLibrary } from '../../protocol/session-library.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import type { CastOptions } from '../../recording/formats/cast-events.ts'
import { fault } from '../faults.ts'
import { type HiddenInput, hiddenInput } from '../hidden-input.ts'
import type { ResolvedSession } from '../resolve-session.ts'
import { ChainCheck } from '../verify/chain-check.ts'
import type { ExportFormat } from './format-name.ts'

export interface ExportOptions {
  readonly format: ExportFormat
  /** With what was typed. */
  readonly input: boolean
  /** With what was typed while the terminal did not echo. */
  readonly secrets: boolean
  /** Seconds. */
  readonly idleLimit?: number | undefined
}

export interface ExportFrom {
  readonly library: SessionLibrary
  readonly resolved: ResolvedSession
  /** After each record that was read. */
  readonly advance: () => void
  /** The library lost whoever it reads from, or has them again. */
  readonly onContact?: (there: boolean) => void
  readonly signal: AbortSignal
}

/** What every format's writer gets. */
export interface ExportSource {
  readonly resolved: ResolvedSession
  /** Each is valid until the next one is asked for. */
  readonly records: AsyncIterable<ReadRecord>
  /** Follows the records as they are read. */
  readonly chain: ChainCheck
  readonly cast: CastOptions
}

export async function openSource(options: ExportOptions, from: ExportFrom): Promise<ExportSource> {
  const { input, secrets, format, idleLimit } = options
  const { library, resolved, signal } = from
  const chain = new ChainCheck(resolved.id)
  const cast: CastOptions = {
    ...(resolved.at === undefined ? {} : { from: resolved.at }),
    ...(idleLimit === undefined ? {} : { idleLimit }),
    ...(input ? { input: { leftOut: secrets ? new Set() : await hiddenIn(from) } } : {}),
    ...(format === 'json' || format === 'typescript'
      ? {}
      : { commands: await orAborted(library.commands(resolved.id), signal) }),
  }
  return { resolved, chain, cast, records: checked(from, chain) }
}

/** Of a long session they may be looked for first, for longer than anybody waits who has told it to stop. */
async function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = Promise.withResolvers<never>()
  const leave = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', leave)
  if (signal.aborted) leave()
  return Promise.race([work, aborted.promise]).finally(() => signal.removeEventListener('abort', leave))
}

/** The input records that hold what was typed while the terminal did not echo. */
async function hiddenIn(from: ExportFrom): Promise<HiddenInput> {
  if (!from.resolved.session.spec.target.tty) return new Set()
  return hiddenInput(from.library.records(from.resolved.id, { signal: from.signal }))
}

async function* checked(from: ExportFrom, chain: ChainCheck): AsyncGenerator<ReadRecord> {
  const { advance, signal } = from
  for await (const record of passing(from)) {
    signal.throwIfAborted()
    const wrong = chain.take(record)
    if (wrong !== undefined) throw fault('KAE_READING_CHAIN_BROKEN', { detail: wrong })
    yield record
    advance()
  }
  // Reading that was told to stop ends as if there were no more.
  signal.throwIfAborted()
  const missing = missingOf(from.resolved.session, chain.next)
  if (missing !== undefined) throw fault('KAE_READING_CHAIN_BROKEN', { detail: missing })
}

/** A beginning of a recording is a chain as well: only whoever says how many records there are can be held to it. */
function missingOf({ status }: SessionObject, count: number): string | undefined {
  return count < status.records ? `${count} records where there are ${status.records}` : undefined
}

/** Nobody keeps a record here, so that the library may read all of them into one place. */
function passing({ library, resolved, signal, onContact }: ExportFrom): AsyncIterable<ReadRecord> {
  const request: PassingRequest = { signal, passing: true, ...(onContact && { onContact }) }
  return library.records(resolved.id, request)
}
