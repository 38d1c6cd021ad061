import type { WebSocket } from 'ws'
import type { MessagePipe, PipeReceiver } from '../../src/protocol/pipe.ts'

export interface PipeLimits {
  readonly pingMs: number
  /** Silence after which the connection is taken for dead. */
  readonly silenceMs: number
  /** A client that does not read its acks is let go when so much waits for it. */
  readonly bufferedBytes: number
}

export const PIPE_LIMITS: PipeLimits = { pingMs: 15_000, silenceMs: 30_000, bufferedBytes: 4 * 1024 * 1024 }

/** A WebSocket of `ws` as a pipe of binary messages. Text is refused with 1003 (RFC 6455, section 7.4.1). */
export class WebSocketPipe implements MessagePipe {
  readonly #socket: WebSocket
  readonly #limits: PipeLimits
  readonly #pings: NodeJS.Timeout
  #early: Array<(receiver: PipeReceiver) => void> = []
  #receiver: PipeReceiver | undefined
  #heard = performance.now()

  constructor(socket: WebSocket, limits: PipeLimits = PIPE_LIMITS) {
    this.#socket = socket
    this.#limits = limits
    this.#pings = setInterval(() => this.#ping(), limits.pingMs).unref()
    // As Buffers, one a message.
    socket.binaryType = 'nodebuffer'
    socket.on('message', (data, binary) => {
      if (binary) this.#deliver((receiver) => receiver.message(data as Buffer))
      else socket.close(1003, 'binary messages only')
    })
    socket.on('pong', () => {
      this.#heard = performance.now()
    })
    // `close` comes after it, with the code that it stands for.
    socket.on('error', () => undefined)
    socket.on('close', (code, reason) => {
      clearInterval(this.#pings)
      this.#deliver((receiver) => receiver.closed(code, reason.toString()))
    })
  }

  send(message: Uint8Array): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#socket.send(message)
    if (this.#socket.bufferedAmount > this.#limits.bufferedBytes) this.#socket.terminate()
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason.slice(0, 100))
  }

  receive(receiver: PipeReceiver): void {
    this.#receiver = receiver
    for (const event of this.#early.splice(0)) event(receiver)
  }

  #deliver(event: (receiver: PipeReceiver) => void): void {
    if (this.#receiver === undefined) this.#early.push(event)
    else event(this.#receiver)
  }

  #ping(): void {
    if (performance.now() - this.#heard > this.#limits.silenceMs) this.#socket.terminate()
    else this.#socket.ping()
  }
}
