/** What a write costs beside its bytes, in bytes: for 16 KiB of encryption there are its system call and Node's own work. */
const WRITE_BYTES = 16 * 1024
/** About 0.1 ms: so long whoever records waits for readers in one turn of the event loop. */
const TURN_BYTES = 64 * 1024

/**
 * Lets through what readers are to get, of all of them together so much in one turn of the event loop: whoever records comes
 * first, however many read and however much. In their order, and the first in each turn whatever its size.
 */
export class Sluice {
  readonly #waiting = new Set<() => number>()
  #isOpen = false

  /** @param write is called once, and tells how many bytes it wrote */
  add(write: () => number): void {
    this.#waiting.add(write)
    if (this.#isOpen) return
    this.#isOpen = true
    setImmediate(() => this.#turn())
  }

  #turn(): void {
    let room = TURN_BYTES
    for (const write of this.#waiting) {
      if (room <= 0) break
      this.#waiting.delete(write)
      room -= WRITE_BYTES + write()
    }
    this.#isOpen = this.#waiting.size > 0
    if (this.#isOpen) setImmediate(() => this.#turn())
  }
}
