import { commitmentOf, NO_LINK, recordHash } from '../protocol/chain.ts'
import { decodeCollectorMessage, type OpenRequest, type StreamSettings } from '../protocol/messages.ts'
import { decodeEntry } from '../protocol/record.ts'
import type { SessionOpening, SessionPolicy } from '../protocol/session.ts'
import { targetDifference } from '../protocol/target.ts'
import type { StreamAddress } from './connector.ts'
import { fault } from './faults.ts'
import type { HeldPipe } from './held-pipe.ts'
import type { Ack } from './ledger.ts'
import { faultFrom } from './refusal.ts'

export interface Opened extends Ack {
  readonly opening: SessionOpening
  readonly settings: StreamSettings
}

/** The collector's answer to a hello. Rejects when it takes longer than `limitMs`, or when the pipe closes first. */
export function firstMessage(pipe: HeldPipe, limitMs: number): Promise<ReturnType<typeof decodeCollectorMessage>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(fault('KAE_COLLECTOR_SILENT', { detail: `waited ${limitMs / 1000} s` })),
      limitMs,
    )
    pipe.receive({
      message: (bytes) => {
        clearTimeout(timer)
        pipe.hold()
        resolve(decodeCollectorMessage(bytes))
      },
      closed: (code) => {
        clearTimeout(timer)
        reject(fault('KAE_COLLECTOR_UNREACHABLE', { detail: `the stream closed with ${code} before its first answer` }))
      },
    })
  })
}

/** Checks that the collector opened just this session for just this target. Throws a `Fault` on anything else. */
export function readOpened(
  message: ReturnType<typeof decodeCollectorMessage>,
  address: StreamAddress,
  request: OpenRequest,
): Opened {
  if (message.type === 'fault') throw faultFrom(message.fault)
  if (message.type !== 'opened')
    throw fault('KAE_COLLECTOR_NONSENSE', { detail: `'${message.type}' in place of 'opened'` })
  const decoded = decodeEntry(message.entry)
  if (!decoded.ok) throw fault('KAE_COLLECTOR_NONSENSE', { detail: `the open record is ${decoded.reason}` })
  const { record, header } = decoded
  if (record.kind !== 'open' || record.seq !== 0 || record.session !== address.id || !NO_LINK.equals(record.link)) {
    throw fault('KAE_COLLECTOR_NONSENSE', { detail: 'the open record is not the first one of this session' })
  }
  const opening = parseOpening(record.payload)
  const { container = opening.target.container } = request.target
  const differs = targetDifference(opening.target, { ...request.target, container })
  if (differs !== undefined || typeof container !== 'string') {
    const detail = `the collector recorded another ${differs ?? 'container'} than the one that was asked for`
    throw fault('KAE_CHAIN_MISMATCH', { detail })
  }
  const head = recordHash(header, commitmentOf(record.salt, record.payload))
  return { seq: 0, time: record.time, head, opening, settings: message.settings }
}

function parseOpening(payload: Uint8Array): SessionOpening {
  const opening = parseJson(payload)
  if (isOpening(opening)) return opening
  throw fault('KAE_COLLECTOR_NONSENSE', { detail: 'the open record has no target or a policy that is not known' })
}

/** Just what a session acts on: whoever reads the record later checks the rest. */
function isOpening(value: unknown): value is SessionOpening {
  const { target, policy } = (value ?? {}) as { target?: unknown; policy?: Partial<SessionPolicy> | null }
  return (
    target instanceof Object &&
    (policy?.durability === 'Strict' || policy?.durability === 'Line') &&
    (policy.record === 'Input' || policy.record === 'InputOutput')
  )
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString())
  } catch (cause) {
    throw fault('KAE_COLLECTOR_NONSENSE', { detail: 'the open record is not JSON', cause })
  }
}
