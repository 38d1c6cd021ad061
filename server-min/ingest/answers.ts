import { encodeFault } from '../../src/protocol/messages.ts'
import type { MessagePipe } from '../../src/protocol/pipe.ts'
import type { Draft } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import { fault } from '../faults.ts'
import type { Receipt } from '../log/append-log.ts'
import { Acks } from './acks.ts'
import { openedMessage, openingEntry } from './opening.ts'
import type { WindowLimits } from './receipts.ts'
import type { Trail } from './trail.ts'

/** An older connection of the same client: it may not know that it is dead. One that lives must not take the session back. */
export function sayReplaced(pipe: MessagePipe | undefined): void {
  pipe?.send(encodeFault(fault('KAE_SESSION_REPLACED')))
  pipe?.close(1008, 'the session goes on over another connection')
}

/** What one session's client is told about its records: that it is open, what is durable, where to go on. */
export class Answers {
  readonly #id: SessionId
  readonly #limits: WindowLimits
  readonly #trail: Trail
  readonly #acks = new Acks()
  #draft: Draft | undefined
  /** The open record, until the client has answered it with records of its own. */
  #entry: Buffer | undefined

  constructor(id: SessionId, limits: WindowLimits, trail: Trail) {
    this.#id = id
    this.#limits = limits
    this.#trail = trail
  }

  /** The open record is on its way to the log. */
  opening(draft: Draft): void {
    this.#draft = draft
  }

  /** The open record as an earlier process left it; undefined where its client knows it already. */
  restored(entry: Buffer | undefined): void {
    this.#entry = entry
  }

  /** The client has sent records: it knows that its session is open. */
  known(): void {
    this.#entry = undefined
  }

  /** @param pipe undefined where the client is told later, when it comes back */
  durable(receipt: Receipt, pipe: MessagePipe | undefined): void {
    if (this.#draft !== undefined) this.#entry = openingEntry(this.#id, this.#draft, receipt)
    this.#draft = undefined
    if (pipe !== undefined && receipt.firstSeq > 0) this.#acks.add(pipe, receipt)
  }

  opened(pipe: MessagePipe): void {
    if (this.#entry !== undefined) pipe.send(openedMessage(this.#limits, this.#entry))
  }

  /** The acks that a client has missed which knows records up to `after` to be durable, and where to go on. */
  replay(pipe: MessagePipe, after: number): void {
    for (const message of this.#trail.replayAfter(after)) pipe.send(message)
  }

  /** All is durable, the end as well. `after`: as in `replay`, for a client that came back to hear it. */
  conclude(pipe: MessagePipe, after: number | undefined): void {
    if (after !== undefined) this.replay(pipe, after)
    pipe.close(1000, 'session ended')
  }

  /** Sends the acks that are due. */
  flush(): void {
    this.#acks.flush()
  }

  /** Forgets the acks that are due: whoever is to have them has gone. */
  drop(): void {
    this.#acks.clear()
  }
}
