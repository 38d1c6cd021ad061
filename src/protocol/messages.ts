/**
 * The session stream: what client and collector say to each other, one binary message each, big-endian.
 *
 *     client → collector
 *     0x01 hello    JSON Hello; first and only once, in the upgrade request's header or as the first message
 *     0x02 append   u64 seq of the first record ‖ records { u8 kind ‖ u64 elapsed ‖ u32 length ‖ 16B salt ‖ payload }
 *
 *     collector → client
 *     0x81 opened   u32 length ‖ JSON StreamSettings ‖ entry of the open record (seq 0)
 *     0x82 ack      u64 seq ‖ u64 time ‖ 32B head     all up to seq is durable; those not acked before share `time`
 *     0x83 resumed  u64 seq that the collector expects next; acks that the client had missed came before it
 *     0x84 fault    JSON { code, message, next }; the pipe closes after it
 *
 * The client computes `head` itself from what it sent and the acks' times, and ends the session on any difference.
 */
import { isFault } from './fault.ts'
import {
  type Draft,
  HASH_BYTES,
  kindFromNumber,
  MAX_PAYLOAD_BYTES,
  RECORD_KINDS,
  readSafeInteger,
  SALT_BYTES,
  writeSafeInteger,
} from './record.ts'
import type { ClientInfo, RecordMode, RequestedTarget } from './session.ts'
import { parseStrictJson } from './strict-json.ts'

export interface OpenRequest {
  /** Without a container the collector chooses it, as kubectl would, and names it in the open record. */
  readonly target: RequestedTarget
  readonly client: ClientInfo
  /** What the user asks for; the policy may ask for more. */
  readonly record: RecordMode
  readonly reason?: string
}

/** Where a client left off: the last record it knows to be durable, and the chain's head there. */
export interface ResumeRequest {
  readonly seq: number
  /** Lower-case hex. */
  readonly head: string
}

export type Hello = { readonly open: OpenRequest } | { readonly resume: ResumeRequest }

export interface StreamSettings {
  /** Most payload bytes that the client may have sent without their ack. */
  readonly windowBytes: number
  /** Most records likewise: many tiny ones fill a collector's memory as well. */
  readonly windowRecords: number
}

export interface FaultMessage {
  readonly code: string
  readonly message: string
  readonly next: string
}

export type ClientMessage =
  | { readonly type: 'hello'; readonly json: unknown }
  | { readonly type: 'append'; readonly seq: number; readonly drafts: readonly Draft[] }

export type CollectorMessage =
  | { readonly type: 'opened'; readonly settings: StreamSettings; readonly entry: Buffer }
  | { readonly type: 'ack'; readonly seq: number; readonly time: number; readonly head: Buffer }
  | { readonly type: 'resumed'; readonly seq: number }
  | { readonly type: 'fault'; readonly fault: FaultMessage }

export type Malformed = { readonly type: 'malformed'; readonly why: string }

const TYPE = { hello: 0x01, append: 0x02, opened: 0x81, ack: 0x82, resumed: 0x83, fault: 0x84 } as const
const DRAFT_HEADER_BYTES = 1 + 8 + 4 + SALT_BYTES
const malformed = (why: string): Malformed => ({ type: 'malformed', why })

export const encodeHello = (hello: Hello): Buffer => withType(TYPE.hello, Buffer.from(JSON.stringify(hello)))
/** Of an expected failure its own words; of a bug of ours none, since nobody knows what they hold. */
export const encodeFault = (error: unknown): Buffer =>
  withType(TYPE.fault, Buffer.from(JSON.stringify(faultMessage(error))))

export function encodeAppend(seq: number, drafts: readonly Draft[]): Buffer {
  const payloads = drafts.reduce((sum, { payload }) => sum + payload.length, 0)
  // Not by Buffer.concat, which takes twice as long for a large payload (Node 24).
  const message = Buffer.allocUnsafe(9 + DRAFT_HEADER_BYTES * drafts.length + payloads)
  message[0] = TYPE.append
  writeSafeInteger(message, seq, 1)
  let at = 9
  for (const draft of drafts) at = encodeDraft(message, at, draft)
  return message
}

export function encodeOpened(settings: StreamSettings, entry: Uint8Array): Buffer {
  const json = Buffer.from(JSON.stringify(settings))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(json.length)
  return withType(TYPE.opened, Buffer.concat([length, json, entry]))
}

export const encodeAck = (ack: { seq: number; time: number; head: Uint8Array }): Buffer =>
  withType(TYPE.ack, Buffer.concat([safeInteger(ack.seq), safeInteger(ack.time), ack.head]))

export const encodeResumed = (seq: number): Buffer => withType(TYPE.resumed, safeInteger(seq))

/** Reads what a client sent. The drafts' byte fields are views of `message`. */
export function decodeClientMessage(message: Buffer): ClientMessage | Malformed {
  if (message[0] === TYPE.hello) return decodeHello(message.subarray(1).toString())
  if (message[0] !== TYPE.append) return malformed(`message type ${message[0]}`)
  if (message.length < 9) return malformed('append shorter than its sequence number')
  const drafts: Draft[] = []
  let offset = 9
  while (offset < message.length) {
    const draft = decodeDraft(message, offset)
    if (typeof draft === 'string') return malformed(draft)
    drafts.push(draft)
    offset += DRAFT_HEADER_BYTES + draft.payload.length
  }
  if (drafts.length === 0) return malformed('append without a record')
  return { type: 'append', seq: readSafeInteger(message, 1), drafts }
}

/** Reads a hello's JSON, from a message or from the upgrade's header. Its fields are checked by whoever acts on it. */
export function decodeHello(text: string): ClientMessage | Malformed {
  const parsed = parseStrictJson(text)
  return parsed.ok ? { type: 'hello', json: parsed.value } : malformed(`hello: ${parsed.why}`)
}

export function decodeCollectorMessage(message: Buffer): CollectorMessage | Malformed {
  const body = message.subarray(1)
  switch (message[0]) {
    case TYPE.ack:
      return decodeAck(body)
    case TYPE.opened:
      return decodeOpened(body)
    case TYPE.resumed:
      return body.length === 8
        ? { type: 'resumed', seq: readSafeInteger(body, 0) }
        : malformed('resumed of another length')
    case TYPE.fault:
      return decodeFault(body)
    default:
      return malformed(`message type ${message[0]}`)
  }
}

function decodeAck(body: Buffer): CollectorMessage | Malformed {
  if (body.length !== 16 + HASH_BYTES) return malformed(`ack of ${body.length} bytes`)
  const [seq, time] = [readSafeInteger(body, 0), readSafeInteger(body, 8)]
  // As in an entry: the largest cannot be written into a header again.
  if (Math.max(seq, time) >= 2 ** 63) return malformed('ack of a number beyond 2^63')
  return { type: 'ack', seq, time, head: body.subarray(16) }
}

function decodeOpened(body: Buffer): CollectorMessage | Malformed {
  const length = body.length < 4 ? Number.POSITIVE_INFINITY : body.readUInt32BE(0)
  if (4 + length > body.length) return malformed('opened is cut short')
  const settings = parseObject(body.subarray(4, 4 + length))
  const { windowBytes, windowRecords } = settings ?? {}
  if (!isPositive(windowBytes) || !isPositive(windowRecords)) return malformed('opened without a window')
  return { type: 'opened', settings: { windowBytes, windowRecords }, entry: body.subarray(4 + length) }
}

const isPositive = (value: unknown): value is number => typeof value === 'number' && value > 0

function decodeFault(body: Buffer): CollectorMessage | Malformed {
  const { code, message, next } = parseObject(body) ?? {}
  if (typeof code !== 'string' || typeof message !== 'string' || typeof next !== 'string') {
    return malformed('fault without code, message and next step')
  }
  return { type: 'fault', fault: { code, message, next } }
}

function decodeDraft(message: Buffer, offset: number): Draft | string {
  if (offset + DRAFT_HEADER_BYTES > message.length) return 'a record is cut short'
  const kind = kindFromNumber(message.readUInt8(offset))
  if (kind === undefined) return `record kind ${message.readUInt8(offset)}`
  const length = message.readUInt32BE(offset + 9)
  if (length > MAX_PAYLOAD_BYTES) return `a payload of ${length} bytes, ${MAX_PAYLOAD_BYTES} at most`
  const start = offset + DRAFT_HEADER_BYTES
  if (start + length > message.length) return 'a payload is cut short'
  return {
    kind,
    elapsed: readSafeInteger(message, offset + 1),
    salt: message.subarray(start - SALT_BYTES, start),
    payload: message.subarray(start, start + length),
  }
}

function encodeDraft(message: Buffer, at: number, { kind, elapsed, payload, salt }: Draft): number {
  message.writeUInt8(RECORD_KINDS[kind], at)
  writeSafeInteger(message, elapsed, at + 1)
  message.writeUInt32BE(payload.length, at + 9)
  message.set(salt, at + 13)
  message.set(payload, at + DRAFT_HEADER_BYTES)
  return at + DRAFT_HEADER_BYTES + payload.length
}

function safeInteger(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8)
  writeSafeInteger(bytes, value, 0)
  return bytes
}

const withType = (type: number, body: Uint8Array): Buffer => Buffer.concat([Buffer.of(type), body])

function parseObject(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const faultMessage = (error: unknown): FaultMessage =>
  isFault(error)
    ? { code: error.code, message: error.message, next: error.next }
    : { code: 'KAE_INTERNAL', message: 'The collector failed', next: 'Look at the collector’s own log.' }
