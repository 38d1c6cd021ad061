import { encodeAck } from '../../src/protocol/messages.ts'
import type { MessagePipe } from '../../src/protocol/pipe.ts'
import type { Receipt } from '../log/append-log.ts'

/**
 * Acks on their way out: one for all receipts of the same commit, which resolve one after another in the same turn of the
 * event loop. Receipts of another time need an ack of their own.
 */
export class Acks {
  #due: { readonly pipe: MessagePipe; readonly receipt: Receipt } | undefined

  add(pipe: MessagePipe, receipt: Receipt): void {
    if (this.#due !== undefined && this.#due.receipt.time !== receipt.time) this.flush()
    if (this.#due === undefined) process.nextTick(() => this.flush())
    this.#due = { pipe, receipt }
  }

  flush(): void {
    const due = this.#due
    this.#due = undefined
    if (due === undefined) return
    const { lastSeq, time, head } = due.receipt
    due.pipe.send(encodeAck({ seq: lastSeq, time, head }))
  }

  clear(): void {
    this.#due = undefined
  }
}
