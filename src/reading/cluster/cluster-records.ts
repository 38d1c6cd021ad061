/** The records of a session as the API serves them: checked link by link, and resumed where the stream is cut. */
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeConnection } from '../../kube/connection.ts'
import { faultFromNetworkError } from '../../kube/network-faults.ts'
import { faultFromAnswer, notAnApiServer } from '../../kube/status.ts'
import { sessionsPath } from '../../protocol/api.ts'
import { CONTENT_TYPE, ContentDecoder, type ContentItem } from '../../protocol/content.ts'
import { Fault } from '../../protocol/fault.ts'
import { printable } from '../../protocol/printable.ts'
import type { ReadRecord } from '../../protocol/read-record.ts'
import type { SessionId } from '../../protocol/session-id.ts'
import type { RecordsRequest } from '../../protocol/session-library.ts'
import { fault } from '../faults.ts'
import { ChainCheck } from '../verify/chain-check.ts'
import { readingFault, refusalBody } from './cluster-faults.ts'
import { openStream } from './open-stream.ts'

export interface RecordsAddress {
  readonly connection: KubeConnection
  readonly namespace: string
  readonly id: SessionId
  /** After this long without a byte the stream is taken for cut: whoever follows hears every 15 s that it is alive. */
  readonly silenceMs?: number
  /** How long to wait before the stream is asked for again, each time that it brought nothing; then its fault is shown. */
  readonly pausesMs?: readonly number[]
}

const SILENCE_MS = 75_000

const PAUSES_MS = [100, 500, 2000, 5000, 10_000]

/** @throws Fault KAE_READING_*, KAE_SESSION_NOT_FOUND, KAE_KUBE_* */
export async function* clusterRecords(
  address: RecordsAddress,
  request: RecordsRequest = {},
): AsyncGenerator<ReadRecord> {
  const { fromSeq, signal, onContact } = request
  const chain = new ChainCheck(address.id, fromSeq)
  const attempts = new Attempts(address.pausesMs ?? PAUSES_MS, onContact)
  while (signal?.aborted !== true) {
    try {
      for await (const record of stream(address, { ...request, fromSeq: chain.next })) {
        const wrong = chain.take(record)
        if (wrong !== undefined) throw fault('KAE_READING_CHAIN_BROKEN', { detail: wrong })
        attempts.brought()
        yield record
      }
      if (chain.next === 0) throw fault('KAE_READING_CHAIN_BROKEN', { detail: 'not even its opening was served' })
      return
    } catch (error) {
      if (signal?.aborted) return
      const pause = isCut(error) ? attempts.failed() : undefined
      if (pause === undefined) throw readingFault(error, 'content')
      await sleep(pause, undefined, signal && { signal }).catch(() => undefined)
    }
  }
}

/** The attempts since a record came, and whether anybody was told of them. */
class Attempts {
  readonly #pausesMs: readonly number[]
  readonly #tell: (there: boolean) => void
  #failures = 0
  #told = false

  constructor(pausesMs: readonly number[], tell: (there: boolean) => void = () => undefined) {
    this.#pausesMs = pausesMs
    this.#tell = tell
  }

  brought(): void {
    this.#failures = 0
    if (this.#told) this.#tell(true)
    this.#told = false
  }

  /** How long to wait before the next one; undefined: it was the last. The first is over before anybody notices. */
  failed(): number | undefined {
    const pause = this.#pausesMs[this.#failures]
    this.#failures += 1
    if (this.#failures === 2 && pause !== undefined) {
      this.#told = true
      this.#tell(false)
    }
    return pause
  }
}

const CUTS = new Set(['KAE_READING_CUT', 'KAE_KUBE_CONNECTION_LOST', 'KAE_KUBE_UNREACHABLE'])

/** What may be over at the next attempt, which goes on after the last record that came. */
const isCut = (error: unknown): boolean => error instanceof Fault && CUTS.has(error.code)

async function* stream(address: RecordsAddress, request: RecordsRequest): AsyncGenerator<ReadRecord> {
  const response = await openRecords(address, request)
  const decoder = new ContentDecoder()
  try {
    for await (const chunk of chunksOf(response, address)) {
      for (const item of decoder.push(chunk)) {
        const record = recordOf(item)
        if (record !== undefined) yield record
      }
      if (decoder.over) return
    }
  } finally {
    response.destroy()
  }
  throw fault('KAE_READING_CUT')
}

async function openRecords(
  { connection, namespace, id }: RecordsAddress,
  request: RecordsRequest,
): Promise<IncomingMessage> {
  const { follow = false, fromSeq = 0, signal } = request
  const response = await openStream(connection, {
    path: sessionsPath(namespace, id, 'log'),
    query: { format: 'records', ...(follow ? { follow } : {}), ...(fromSeq > 0 ? { fromSeq } : {}) },
    headers: { Accept: `${CONTENT_TYPE}, application/json` },
    ...(signal === undefined ? {} : { signal }),
  })
  const { statusCode: status = 0, headers } = response
  const contentType = headers['content-type'] ?? ''
  if (status === 200 && contentType.startsWith(CONTENT_TYPE)) return response
  const body = await refusalBody(response)
  throw status >= 400 ? faultFromAnswer({ status, contentType, body }) : notAnApiServer({ status, contentType })
}

async function* chunksOf(
  response: IncomingMessage,
  { connection, silenceMs = SILENCE_MS }: RecordsAddress,
): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = response[Symbol.asyncIterator]()
  try {
    for (;;) {
      // Runs only while somebody waits here: a reader who pauses is not the server's silence.
      const timer = setTimeout(() => response.destroy(fault('KAE_READING_CUT')), silenceMs)
      const step = await chunks.next().finally(() => clearTimeout(timer))
      if (step.done === true) return
      yield step.value
    }
  } catch (error) {
    throw faultFromNetworkError(error, connection.resolved.server.host)
  }
}

/** Of any version of the server. What is none would stand on the terminal as one. */
const CODE = /^KAE_[A-Z0-9_]{1,60}$/

function recordOf(item: ContentItem): ReadRecord | undefined {
  switch (item.type) {
    case 'record':
      return item.record
    case 'end':
    case 'idle':
      return undefined
    case 'fault': {
      const { code, message, next } = item.fault
      if (!CODE.test(code)) throw fault('KAE_READING_ANSWER_INVALID', { detail: printable(message) })
      throw new Fault(code, { exit: 1, summary: printable(message), next: printable(next) })
    }
    case 'malformed':
      throw fault('KAE_READING_ANSWER_INVALID', { detail: item.why })
  }
}
