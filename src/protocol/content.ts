/**
 * The content of a session on its way to a reader (`…/log?format=records`): a stream of frames, big-endian.
 *
 *     u32 length of the bytes ‖ u8 form ‖ bytes
 *
 *     form 0 whole      an entry, as in record.ts
 *          1 withheld   80 B header ‖ 32 B commitment: a record whose payload this reader may not see
 *          2 end        no bytes: all that was asked for has been sent. A stream without it was cut
 *          3 fault      JSON { code, message, next }: why the rest does not come
 *          4 idle       no bytes: nothing new, the connection is alive
 *
 * Nothing follows `end` and `fault`.
 */
import type { FaultMessage } from './messages.ts'
import type { ReadRecord, WithheldRecord } from './read-record.ts'
import { decodeEntry, encodeHeader, HASH_BYTES, HEADER_BYTES, MAX_PAYLOAD_BYTES, SALT_BYTES } from './record.ts'

export const CONTENT_TYPE = 'application/vnd.kube-audit-exec.records'

export type ContentItem =
  | { readonly type: 'record'; readonly record: ReadRecord }
  | { readonly type: 'end' }
  | { readonly type: 'fault'; readonly fault: FaultMessage }
  | { readonly type: 'idle' }
  | { readonly type: 'malformed'; readonly why: string }

const FORM = { whole: 0, withheld: 1, end: 2, fault: 3, idle: 4 } as const
const PREFIX_BYTES = 5
const WITHHELD_BYTES = HEADER_BYTES + HASH_BYTES
const MOST_BYTES = HEADER_BYTES + SALT_BYTES + MAX_PAYLOAD_BYTES

const malformed = (why: string): ContentItem => ({ type: 'malformed', why })

export function encodeReadRecord(record: ReadRecord): Buffer {
  if (record.kind === 'withheld') return frame(FORM.withheld, [withheldHeader(record), record.commitment])
  return frame(FORM.whole, [encodeHeader(record, record), record.salt, record.payload])
}

export const encodeContentEnd = (): Buffer => frame(FORM.end, [])
export const encodeContentIdle = (): Buffer => frame(FORM.idle, [])

export const encodeContentFault = ({ code, message, next }: FaultMessage): Buffer =>
  frame(FORM.fault, [Buffer.from(JSON.stringify({ code, message, next }))])

/** Takes a stream's bytes however they are cut, and holds one frame at most. */
export class ContentDecoder {
  readonly #prefix = Buffer.alloc(PREFIX_BYTES)
  #prefixHeld = 0
  #body: Buffer | undefined
  #bodyHeld = 0
  #over = false

  /** Whether the stream has said that it is whole, or why not, or made no sense. What comes later is not looked at. */
  get over(): boolean {
    return this.#over
  }

  /** What became complete with these bytes. Records' byte fields may be views of `chunk`. */
  push(chunk: Buffer): ContentItem[] {
    const items: ContentItem[] = []
    let at = 0
    while (at < chunk.length && !this.#over) {
      at = this.#prefixHeld < PREFIX_BYTES ? this.#takePrefix(chunk, at) : this.#takeBody(chunk, at)
      const item = this.#complete()
      if (item === undefined) continue
      items.push(item)
      this.#over = item.type === 'end' || item.type === 'fault' || item.type === 'malformed'
    }
    return items
  }

  #takePrefix(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#prefix, this.#prefixHeld, at)
    this.#prefixHeld += taken
    return at + taken
  }

  #takeBody(chunk: Buffer, at: number): number {
    const length = this.#prefix.readUInt32BE(0)
    if (this.#bodyHeld === 0 && chunk.length - at >= length) {
      this.#body = chunk.subarray(at, at + length)
      this.#bodyHeld = length
      return at + length
    }
    this.#body ??= Buffer.allocUnsafe(length)
    const taken = chunk.copy(this.#body, this.#bodyHeld, at, at + length - this.#bodyHeld)
    this.#bodyHeld += taken
    return at + taken
  }

  /** The frame that is whole now, if one is. Its length is judged before a byte of it is kept. */
  #complete(): ContentItem | undefined {
    if (this.#prefixHeld < PREFIX_BYTES) return undefined
    const length = this.#prefix.readUInt32BE(0)
    if (length > MOST_BYTES) return malformed(`a frame of ${length} bytes, ${MOST_BYTES} at most`)
    if (this.#bodyHeld < length) return undefined
    const body = this.#body ?? Buffer.alloc(0)
    this.#prefixHeld = 0
    this.#body = undefined
    this.#bodyHeld = 0
    return decodeFrame(this.#prefix.readUInt8(4), body)
  }
}

function decodeFrame(form: number, body: Buffer): ContentItem {
  switch (form) {
    case FORM.whole: {
      const decoded = decodeEntry(body)
      return decoded.ok ? { type: 'record', record: decoded.record } : malformed(`an entry that is ${decoded.reason}`)
    }
    case FORM.withheld:
      return decodeWithheld(body)
    case FORM.end:
    case FORM.idle:
      if (body.length > 0) return malformed(`form ${form} with ${body.length} bytes`)
      return { type: form === FORM.end ? 'end' : 'idle' }
    case FORM.fault:
      return decodeFault(body)
    default:
      return malformed(`form ${form}`)
  }
}

function decodeWithheld(body: Buffer): ContentItem {
  if (body.length !== WITHHELD_BYTES) return malformed(`a withheld record of ${body.length} bytes`)
  const payloadBytes = body.readUInt32BE(4)
  if (payloadBytes > MAX_PAYLOAD_BYTES) return malformed(`a withheld payload of ${payloadBytes} bytes`)
  // The header as that of an entry without a payload, so that one parser judges all headers.
  const entry = Buffer.alloc(HEADER_BYTES + SALT_BYTES)
  body.copy(entry, 0, 0, HEADER_BYTES)
  entry.writeUInt32BE(0, 4)
  const decoded = decodeEntry(entry)
  if (!decoded.ok) return malformed(`a withheld record that is ${decoded.reason}`)
  const { session, seq, time, link, elapsed, kind: of } = decoded.record
  const commitment = body.subarray(HEADER_BYTES)
  return {
    type: 'record',
    record: { kind: 'withheld', of, session, seq, time, link, elapsed, payloadBytes, commitment },
  }
}

function decodeFault(body: Buffer): ContentItem {
  const { code, message, next } = parseObject(body)
  const isWhole = typeof code === 'string' && typeof message === 'string' && typeof next === 'string'
  return isWhole ? { type: 'fault', fault: { code, message, next } } : malformed('a fault without its words')
}

function parseObject(bytes: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** The 80 bytes that the record's hash covers, payload length and all. */
export function withheldHeader(record: WithheldRecord): Buffer {
  const { of: kind, elapsed, payloadBytes } = record
  const header = encodeHeader({ kind, elapsed, salt: NOTHING, payload: NOTHING }, record)
  header.writeUInt32BE(payloadBytes, 4)
  return header
}

const NOTHING = new Uint8Array()

function frame(form: number, parts: readonly Uint8Array[]): Buffer {
  const prefix = Buffer.allocUnsafe(PREFIX_BYTES)
  prefix.writeUInt32BE(
    parts.reduce((sum, part) => sum + part.length, 0),
    0,
  )
  prefix.writeUInt8(form, 4)
  return Buffer.concat([prefix, ...parts])
}
