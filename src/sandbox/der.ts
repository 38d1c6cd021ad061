/**
 * Writes the few ASN.1 types that a certificate is made of, in DER (X.690).
 *
 * Our own, because the sandbox is on the way to the first prompt: loading an X.509 library costs more (70–100 ms) than
 * making all keys and certificates with this (under 10 ms).
 */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
} as const

/** One element: tag, length (short form below 128, else long form), content. */
export function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.of(tag), lengthOf(body.length), body])
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length)
  const hex = length.toString(16)
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes])
}

export const sequence = (...items: readonly Uint8Array[]): Buffer => element(TAG.sequence, ...items)
export const set = (...items: readonly Uint8Array[]): Buffer => element(TAG.set, ...items)
export const octetString = (bytes: Uint8Array): Buffer => element(TAG.octetString, bytes)
export const utf8String = (text: string): Buffer => element(TAG.utf8String, Buffer.from(text))
export const boolean = (value: boolean): Buffer => element(TAG.boolean, Buffer.of(value ? 0xff : 0))

/** A non-negative integer, big-endian; a leading zero keeps a high first bit from meaning a sign. */
export const integer = (bytes: Uint8Array): Buffer =>
  element(TAG.integer, (bytes[0] ?? 0) & 0x80 ? Buffer.of(0) : Buffer.alloc(0), bytes)

/** `unused`: how many of the last byte's low bits are no part of the string. */
export const bitString = (bytes: Uint8Array, unused = 0): Buffer => element(TAG.bitString, Buffer.of(unused), bytes)

/** `[number]`, constructed around whole elements. */
export const explicit = (number: number, ...items: readonly Uint8Array[]): Buffer => element(0xa0 | number, ...items)
/** `[number]`, primitive, in place of another element's tag. */
export const implicit = (number: number, bytes: Uint8Array): Buffer => element(0x80 | number, bytes)

/** Two-digit years and no fractions: what RFC 5280 (4.1.2.5.1) demands of dates before 2050. */
export const utcTime = (date: Date): Buffer =>
  element(TAG.utcTime, Buffer.from(`${date.toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`))

/** Of a dotted name: the first two arcs share a byte, the others are base 128 with a continuation bit. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return element(TAG.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(arc: number): number[] {
  const digits = [arc & 0x7f]
  for (let left = arc >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80)
  return digits
}
