/**
 * The tee: decides when input may go on to the container. Pure: bytes and acks in, calls of its ports out.
 *
 * Strict (I1): each event is handed to the recorder first and waits here; an ack lets everything up to it go on, in order.
 * Line: printable bytes go on as soon as everything before them has; a control byte, and all that was read with it and
 * after it, waits for its ack. So no line is run that is not recorded, and typing does not wait for the link.
 *
 * Input is pipelined: records run ahead of their acks by at most a window of bytes, then the source is held.
 *
 *     input ─▶ record ─▶ [ waiting … ] ─ack▶ forward
 *                 └── unacknowledged ≥ window, stream interrupted, or exec congested: hold the source
 */
import type { TerminalSize } from '../protocol/channel.ts'
import { MAX_PAYLOAD_BYTES } from '../protocol/record.ts'
import type { Durability } from '../protocol/session.ts'
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

export interface TeeOptions {
  readonly durability: Durability
  /** Bytes of input that may be recorded and not yet durable. */
  readonly windowBytes: number
}

interface Waiting {
  readonly seq: number
  readonly event: InputEvent
  /** It may go on before its ack, once it is the first that waits. */
  readonly early: boolean
}

export class Tee {
  readonly #ports: TeePorts
  readonly #options: TeeOptions
  readonly #waiting: Waiting[] = []
  readonly #unacknowledged: Array<{ readonly seq: number; readonly bytes: number }> = []
  #unacknowledgedBytes = 0
  #durable = 0
  #interrupted = false
  #congested = false
  #flowing = true

  constructor(ports: TeePorts, options: TeeOptions) {
    this.#ports = ports
    this.#options = options
  }

  /** Takes bytes from the source. They must not change until they were forwarded. */
  input(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; start += MAX_PAYLOAD_BYTES) {
      const piece = bytes.subarray(start, start + MAX_PAYLOAD_BYTES)
      const seq = this.#ports.record('input', piece)
      this.#unacknowledged.push({ seq, bytes: piece.length })
      this.#unacknowledgedBytes += piece.length
      const early = this.#options.durability === 'Line' ? printablePrefix(piece) : 0
      if (early > 0) this.#wait({ seq, event: { type: 'stdin', bytes: piece.subarray(0, early) }, early: true })
      if (early < piece.length)
        this.#wait({ seq, event: { type: 'stdin', bytes: piece.subarray(early) }, early: false })
    }
    this.#release()
    this.#settle()
  }

  inputEnd(): void {
    this.#wait({ seq: this.#ports.record('inputEnd', new Uint8Array()), event: { type: 'stdin-end' }, early: false })
  }

  resize(size: TerminalSize): void {
    const seq = this.#ports.record('resize', encodeTerminalSize(size))
    this.#wait({ seq, event: { type: 'resize', size }, early: false })
  }

  /** All records up to `seq` are durable. */
  durable(seq: number): void {
    this.#durable = seq
    let next = this.#unacknowledged[0]
    while (next !== undefined && next.seq <= seq) {
      this.#unacknowledged.shift()
      this.#unacknowledgedBytes -= next.bytes
      next = this.#unacknowledged[0]
    }
    this.#release()
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

  #wait(waiting: Waiting): void {
    this.#waiting.push(waiting)
  }

  #release(): void {
    let next = this.#waiting[0]
    while (next !== undefined && (next.early || next.seq <= this.#durable)) {
      this.#waiting.shift()
      this.#ports.forward(next.event)
      next = this.#waiting[0]
    }
  }

  #settle(): void {
    const room = this.#unacknowledgedBytes < this.#options.windowBytes
    const open = !this.#interrupted && !this.#congested && room
    if (open === this.#flowing) return
    this.#flowing = open
    this.#ports.flow(open)
  }
}

/** How many bytes come before the first control byte. Bytes above 0x7f are parts of UTF-8 letters: no terminal acts on them. */
function printablePrefix(bytes: Uint8Array): number {
  const control = bytes.findIndex((byte) => byte < 0x20 || byte === 0x7f)
  return control === -1 ? bytes.length : control
}
