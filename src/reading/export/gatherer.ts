export type Piece = string | Uint8Array

/** Records are small and system calls are not. */
const ROOM_BYTES = 64 * 1024
/** Most bytes that UTF-8 takes for one UTF-16 unit. */
const UNIT_BYTES = 3

/**
 * Collects pieces into larger ones, all in one room: fresh ones for a long recording would be garbage outside of V8's heap,
 * where it is noticed late and leaves holes.
 */
export class Gatherer {
  readonly #send: (bytes: Uint8Array) => Promise<void>
  readonly #room = Buffer.allocUnsafeSlow(ROOM_BYTES)
  #filled = 0

  /** @param send resolves when it is done with the bytes: they are overwritten then */
  constructor(send: (bytes: Uint8Array) => Promise<void>) {
    this.#send = send
  }

  async write(piece: Piece): Promise<void> {
    if (typeof piece === 'string') await this.#writeText(piece)
    else await this.#writeBytes(piece)
  }

  async flush(): Promise<void> {
    if (this.#filled === 0) return
    const filled = this.#room.subarray(0, this.#filled)
    this.#filled = 0
    await this.#send(filled)
  }

  async #writeBytes(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      if (this.#filled === ROOM_BYTES) await this.flush()
      const some = bytes.subarray(at, at + ROOM_BYTES - this.#filled)
      this.#room.set(some, this.#filled)
      this.#filled += some.length
      at += some.length
    }
  }

  async #writeText(text: string): Promise<void> {
    for (let at = 0; at < text.length; ) {
      if (ROOM_BYTES - this.#filled < 2 * UNIT_BYTES) await this.flush()
      const end = wholeEnd(text, at + Math.floor((ROOM_BYTES - this.#filled) / UNIT_BYTES))
      this.#filled += this.#room.write(at === 0 && end >= text.length ? text : text.slice(at, end), this.#filled)
      at = end
    }
  }
}

/** Not between the halves of one character. */
function wholeEnd(text: string, end: number): number {
  const unit = text.charCodeAt(end - 1)
  return end < text.length && unit >= 0xd800 && unit < 0xdc00 ? end - 1 : end
}
