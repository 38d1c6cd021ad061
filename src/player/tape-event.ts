import type { ReadRecord } from '../protocol/read-record.ts'
import type { RecordKind } from '../protocol/record.ts'

/** What of a session happens on a screen or at a keyboard. `withheld`: something that this reader may not see. */
export type TapeKind = 'output' | 'input' | 'resize' | 'inputEnd' | 'withheld' | 'end'

export interface TapeEvent {
  readonly kind: TapeKind
  readonly seq: number
  /** µs since the session was opened; never before the event before. */
  readonly elapsed: number
  readonly payload: Buffer
}

const KINDS: readonly TapeKind[] = ['output', 'input', 'resize', 'inputEnd', 'withheld', 'end']

const KIND_OF: Readonly<Record<RecordKind, TapeKind | undefined>> = {
  open: undefined,
  input: 'input',
  resize: 'resize',
  inputEnd: 'inputEnd',
  output: 'output',
  errorOutput: 'output',
  end: 'end',
  journal: undefined,
}

/** Undefined: nothing that a player shows. */
export function eventOf(record: ReadRecord, notBefore: number): TapeEvent | undefined {
  const { seq } = record
  const elapsed = Math.max(record.elapsed, notBefore)
  if (record.kind === 'withheld') return { kind: 'withheld', seq, elapsed, payload: Buffer.alloc(0) }
  const kind = KIND_OF[record.kind]
  if (kind === undefined) return undefined
  const { payload } = record
  return { kind, seq, elapsed, payload: Buffer.from(payload.buffer, payload.byteOffset, payload.length) }
}

/** One event of a chunk: u8 kind, u32 payload length, f64 seq, f64 elapsed, payload. */
const HEAD_BYTES = 21

export const encodedBytes = ({ payload }: TapeEvent): number => HEAD_BYTES + payload.length

/** Returns where the next one goes. */
export function encodeEvent({ kind, seq, elapsed, payload }: TapeEvent, bytes: Buffer, at: number): number {
  bytes.writeUInt8(KINDS.indexOf(kind), at)
  bytes.writeUInt32BE(payload.length, at + 1)
  bytes.writeDoubleBE(seq, at + 5)
  bytes.writeDoubleBE(elapsed, at + 13)
  bytes.set(payload, at + HEAD_BYTES)
  return at + HEAD_BYTES + payload.length
}

/** Payloads are views of `bytes`. */
export function decodeEvents(bytes: Buffer): TapeEvent[] {
  const events: TapeEvent[] = []
  for (let at = 0; at < bytes.length; ) {
    const start = at + HEAD_BYTES
    const end = start + bytes.readUInt32BE(at + 1)
    const kind = KINDS[bytes.readUInt8(at)] ?? 'withheld'
    const [seq, elapsed] = [bytes.readDoubleBE(at + 5), bytes.readDoubleBE(at + 13)]
    events.push({ kind, seq, elapsed, payload: bytes.subarray(start, end) })
    at = end
  }
  return events
}
