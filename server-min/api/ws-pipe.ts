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
  #early: Array<(receiver: PipeReceiver) => void> = []
  #receiver: PipeReceiver | undefined
  readonly #silence: NodeJS.Timeout
  #held: NodeJS.Timeout | undefined

  constructor(socket: WebSocket, limits: PipeLimits = PIPE_LIMITS) {
    this.#socket = socket
    this.#limits = limits
    const pings = setInterval(() => socket.ping(), limits.pingMs).unref()
    // A timer of its own: looked at with each ping only, silence would be noticed up to one ping too late.
    const silence = setTimeout(() => socket.terminate(), limits.silenceMs).unref()
    this.#silence = silence
    // As Buffers, one a message.
    socket.binaryType = 'nodebuffer'
    socket.on('message', (data, binary) => {
      silence.refresh()
      if (binary) this.#deliver((receiver) => receiver.message(data as Buffer))
      else socket.close(1003, 'binary messages only')
    })
    socket.on('pong', () => silence.refresh())
    // `close` comes after it, with the code that it stands for.
    socket.on('error', () => undefined)
    socket.on('close', (code, reason) => {
      clearInterval(pings)
      clearInterval(this.#held)
      clearTimeout(silence)
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

  /** A client that is not read cannot show that it lives, and must see that we do. */
  hold(yes: boolean): void {
    clearInterval(this.#held)
    this.#held = undefined
    this.#silence.refresh()
    if (!yes) return this.#socket.resume()
    this.#socket.pause()
    const { pingMs } = this.#limits
    this.#held = setInterval(() => this.#sustain(), pingMs / 3).unref()
  }

  #sustain(): void {
    this.#silence.refresh()
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping()
  }

  receive(receiver: PipeReceiver): void {
    this.#receiver = receiver
    for (const event of this.#early.splice(0)) event(receiver)
  }

  #deliver(event: (receiver: PipeReceiver) => void): void {
    if (this.#receiver === undefined) this.#early.push(event)
    else event(this.#receiver)
  }
}
