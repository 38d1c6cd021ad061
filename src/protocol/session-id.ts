declare const brand: unique symbol

/** A UUIDv7 (RFC 9562) in lower case. It sorts by the time at which its session was asked for. */
export type SessionId = string & { readonly [brand]: 'SessionId' }

const SESSION_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** The id in `text`, or undefined where it is anything else: paths, upper case and other UUID versions included. */
export const parseSessionId = (text: string): SessionId | undefined =>
  SESSION_ID.test(text) ? (text as SessionId) : undefined

/**
 * Makes an id of a moment and of randomness.
 * @param millis milliseconds since the Unix epoch, below 2^48
 * @param random at least 10 random bytes
 */
export function makeSessionId(millis: number, random: Uint8Array): SessionId {
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(millis, 0, 6)
  bytes.set(random.subarray(0, 10), 6)
  bytes[6] = 0x70 | (bytes.readUInt8(6) & 0x0f)
  bytes[8] = 0x80 | (bytes.readUInt8(8) & 0x3f)
  return sessionIdFromBytes(bytes)
}

export const sessionIdToBytes = (id: SessionId): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex')

/** The inverse of `sessionIdToBytes`. The caller has 16 bytes that a record's header held. */
export function sessionIdFromBytes(bytes: Uint8Array): SessionId {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as SessionId
}
