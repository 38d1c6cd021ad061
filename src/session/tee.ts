/**
 * The tee: decides when input may go on to the container. Pure: bytes and acks in, calls of its ports out.
 *
 * Strict (I1): each event is handed to the recorder first and waits here; an ack lets everything up to it go on, in order.
 * Input is pipelined: records run ahead of their acks by at most a window of bytes, then the source is held.
 *
 *     input ─▶ record ─▶ [ waiting … ] ─ack▶ forward
 *                 └── waiting ≥ window, stream interrupted, or exec congested: hold the source
 */
import type { TerminalSize } from '../protocol/channel.ts'
import { MAX_PAYLOAD_BYTES } from '../protocol/record.ts'
import { encodeTerminalSize } from '../protocol/terminal-size.ts'

export type InputEvent =
  | { readonly type: 'stdin'; readonly bytes: Uint8Array }
  | { readonly type: 'stdin-end' }
  | { readonly type: 'resize'; readonly size: TerminalSize }

export interface TeePorts {
  /** Hands a record to the recorder. Returns its seq. */
  record(kind: 'input' | 'resize' | 'inputEnd', payload: Uint8Array): number
  /** Lets an event go on to the container. Its record is durable. */
  forward(event: InputEvent): void
  /** Whether the source of stdin may be read. Called when that changes. */
  flow(open: boolean): void
}

export class Tee {
  readonly #ports: TeePorts
  readonly #windowBytes: number
  readonly #waiting: Array<{ readonly seq: number; readonly event: InputEvent }> = []
  #waitingBytes = 0
  #interrupted = false
  #congested = false
  #flowing = true

  constructor(ports: TeePorts, windowBytes: number) {
    this.#ports = ports
    this.#windowBytes = windowBytes
  }

  /** Bytes that came in and may not go on yet. */
  get waitingBytes(): number {
    return this.#waitingBytes
  }

  /** Takes bytes from the source. They must not change until they were forwarded. */
  input(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; start += MAX_PAYLOAD_BYTES) {
      const piece = bytes.subarray(start, start + MAX_PAYLOAD_BYTES)
      this.#wait(this.#ports.record('input', piece), { type: 'stdin', bytes: piece })
      this.#waitingBytes += piece.length
    }
    this.#settle()
  }

  inputEnd(): void {
    this.#wait(this.#ports.record('inputEnd', new Uint8Array()), { type: 'stdin-end' })
  }

  resize(size: TerminalSize): void {
    this.#wait(this.#ports.record('resize', encodeTerminalSize(size)), { type: 'resize', size })
  }

  /** All records up to `seq` are durable. */
  durable(seq: number): void {
    let next = this.#waiting[0]
    while (next !== undefined && next.seq <= seq) {
      this.#waiting.shift()
      if (next.event.type === 'stdin') this.#waitingBytes -= next.event.bytes.length
      this.#ports.forward(next.event)
      next = this.#waiting[0]
    }
    this.#settle()
  }

  /** The recorder was lost, or is back. */
  interrupted(yes: boolean): void {
    this.#interrupted = yes
    this.#settle()
  }

  /** The exec connection cannot take more for now, or can again. */
  congested(yes: boolean): void {
    this.#congested = yes
    this.#settle()
  }

  #wait(seq: number, event: InputEvent): void {
    this.#waiting.push({ seq, event })
  }

  #settle(): void {
    const open = !this.#interrupted && !this.#congested && this.#waitingBytes < this.#windowBytes
    if (open === this.#flowing) return
    this.#flowing = open
    this.#ports.flow(open)
  }
}
