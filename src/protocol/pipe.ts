/**
 * A duplex stream of whole binary messages, in order and without loss until it closes: a WebSocket, or two ends in one
 * process. Session streams know nothing else of their transport.
 */
export interface MessagePipe {
  /** Queues a message. After `close` it is dropped. */
  send(message: Uint8Array): void
  /** Ends the pipe. The other end's `closed` gets the same code and reason (RFC 6455, section 7.4). */
  close(code: number, reason: string): void
  /** Takes the handlers of the one receiver. Messages that came before are delivered first, in order. */
  receive(receiver: PipeReceiver): void
  /** Stops or restarts the delivery of messages: back-pressure to the other end. Few that are here already may still come. */
  hold?(yes: boolean): void
}

export interface PipeReceiver {
  message(bytes: Buffer): void
  /** Called once, whoever closed. 1006: the connection broke. */
  closed(code: number, reason: string): void
}

class MemoryPipe implements MessagePipe {
  peer: MemoryPipe | undefined
  #receiver: PipeReceiver | undefined
  readonly #events: Array<(receiver: PipeReceiver) => void> = []
  #open = true
  #held = false

  send(message: Uint8Array): void {
    if (!this.#open) return
    const bytes = Buffer.from(message.buffer, message.byteOffset, message.length)
    this.peer?.deliver((receiver) => receiver.message(bytes))
  }

  close(code: number, reason: string): void {
    if (!this.#open) return
    this.end(code, reason)
    this.peer?.end(code, reason)
  }

  receive(receiver: PipeReceiver): void {
    this.#receiver = receiver
    queueMicrotask(() => this.#drain())
  }

  hold(yes: boolean): void {
    this.#held = yes
    if (!yes) queueMicrotask(() => this.#drain())
  }

  deliver(event: (receiver: PipeReceiver) => void): void {
    this.#events.push(event)
    queueMicrotask(() => this.#drain())
  }

  #drain(): void {
    while (this.#receiver !== undefined && !this.#held) {
      const event = this.#events.shift()
      if (event === undefined) return
      event(this.#receiver)
    }
  }

  end(code: number, reason: string): void {
    if (!this.#open) return
    this.#open = false
    this.deliver((receiver) => receiver.closed(code, reason))
  }
}

/** Two ends in one process. A sent message is handed over, not copied: the sender must not change it afterwards. */
export function memoryPipes(): readonly [MessagePipe, MessagePipe] {
  const [left, right] = [new MemoryPipe(), new MemoryPipe()]
  left.peer = right
  right.peer = left
  return [left, right]
}
