import { isUtf8 } from 'node:buffer'

/** Bytes to text, piece by piece: a character may be cut anywhere between two pieces. */
export class Utf8Stream {
  #carry: Buffer = Buffer.alloc(0)
  #replaced = false

  /** Whether bytes were not UTF-8. U+FFFD stands in their place. */
  get replaced(): boolean {
    return this.#replaced
  }

  push(bytes: Uint8Array): string {
    const all = this.#carry.length === 0 ? viewOf(bytes) : Buffer.concat([this.#carry, bytes])
    const whole = all.length - unfinished(all)
    // A copy: the reader may reuse its buffer.
    this.#carry = Buffer.from(all.subarray(whole))
    return this.#decode(all.subarray(0, whole))
  }

  /** What is left of a character that never came whole. */
  end(): string {
    const rest = this.#decode(this.#carry)
    this.#carry = Buffer.alloc(0)
    return rest
  }

  #decode(bytes: Buffer): string {
    if (!this.#replaced && !isUtf8(bytes)) this.#replaced = true
    return bytes.toString()
  }
}

const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

/** How many bytes at the end may be the beginning of a character: 0 to 3. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return lengthOf(byte) > back ? back : 0
  }
  return 0
}

/** Of the sequence that a byte begins (Unicode, table 3-7); 0 where none does. */
function lengthOf(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return 0
  if (lead < 0xe0) return 2
  return lead < 0xf0 ? 3 : 4
}
