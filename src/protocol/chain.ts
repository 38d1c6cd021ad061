/**
 * The hash chain of a session.
 *
 *     commitment = SHA-256(0x02 ‖ salt ‖ payload)
 *     hash       = SHA-256(0x00 ‖ header ‖ commitment)
 *
 * 0x00 is RFC 6962's leaf prefix: a record's hash is at the same time its leaf in a transparency log over all records.
 * 0x01 is that RFC's prefix of inner nodes, so a commitment takes the next one.
 */
import { createHash, hash } from 'node:crypto'
import { type Draft, encodeHeader, HASH_BYTES, HEADER_BYTES, type Placement } from './record.ts'

const LEAF_PREFIX = Buffer.of(0x00)
const COMMITMENT_PREFIX = Buffer.of(0x02)

/** What the first record of a session links to. */
export const NO_LINK: Buffer = Buffer.alloc(HASH_BYTES)

/** From here on copying the parts together costs more than a hash object does (Node 24). */
const LARGE_BYTES = 2048

function sha256(prefix: Uint8Array, first: Uint8Array, second: Uint8Array): Buffer {
  if (second.length >= LARGE_BYTES) return createHash('sha256').update(prefix).update(first).update(second).digest()
  // By way of a binary string, since that is four times as fast as asking for a buffer.
  return Buffer.from(hash('sha256', Buffer.concat([prefix, first, second]), 'binary'), 'binary')
}

export const commitmentOf = (salt: Uint8Array, payload: Uint8Array): Buffer => sha256(COMMITMENT_PREFIX, salt, payload)

export const recordHash = (header: Uint8Array, commitment: Uint8Array): Buffer =>
  sha256(LEAF_PREFIX, header, commitment)

/** So that a pass over a log of small entries makes little garbage. Used within one call alone. */
const scratch = Buffer.alloc(LARGE_BYTES, COMMITMENT_PREFIX)
const leaf = Buffer.alloc(LEAF_PREFIX.length + HEADER_BYTES + HASH_BYTES, LEAF_PREFIX)

/** `recordHash` of a whole entry (see record.ts), as a binary string. */
export function entryHash(entry: Buffer): string {
  entry.copy(leaf, 1, 0, HEADER_BYTES)
  leaf.write(entryCommitment(entry), 1 + HEADER_BYTES, 'latin1')
  return hash('sha256', leaf, 'binary')
}

function entryCommitment(entry: Buffer): string {
  const end = 1 + entry.length - HEADER_BYTES
  if (end > LARGE_BYTES)
    return createHash('sha256').update(COMMITMENT_PREFIX).update(entry.subarray(HEADER_BYTES)).digest('binary')
  entry.copy(scratch, 1, HEADER_BYTES)
  return hash('sha256', scratch.subarray(0, end), 'binary')
}

export interface PlacedRecord {
  readonly header: Buffer
  /** The new head of the session's chain. */
  readonly hash: Buffer
}

/** Places a draft at the end of a chain. Client and collector both do this and must come to the same hash. */
export function placeRecord(draft: Draft, placement: Placement): PlacedRecord {
  const header = encodeHeader(draft, placement)
  return { header, hash: recordHash(header, commitmentOf(draft.salt, draft.payload)) }
}
