/** Drives one exec WebSocket of the Kubernetes API (see protocol/channel.ts) that is open. */
import { WebSocket } from 'ws'
import { decodeServerFrame, type ExecStatus, encodeResize, encodeStdin, encodeStdinClose } from '../protocol/channel.ts'
import type { InputEvent } from './tee.ts'

/** How an exec ended once it was open. */
export type ExecOutcome =
  | { readonly type: 'status'; readonly status: ExecStatus }
  /** The connection ended without a status: nobody knows how the command ended, or whether it has. */
  | { readonly type: 'dropped'; readonly why: string }

export interface ExecListener {
  output(stream: 'stdout' | 'stderr', bytes: Buffer): void
  /** Whether the connection is too full for more input. Called when that changes. */
  congested(yes: boolean): void
  /** Called once. All output came before. */
  finished(outcome: ExecOutcome): void
}

/** In milliseconds. */
export interface ExecTimes {
  readonly pingMs: number
  /** Without any sign of life for this long, the connection is dead. */
  readonly silenceMs: number
  /** How long the server may take to close after it has sent the status. */
  readonly closeMs: number
}

const EXEC_TIMES: ExecTimes = { pingMs: 5_000, silenceMs: 60_000, closeMs: 2_000 }

/** Bytes that may wait in the socket before input is held. */
const CONGESTION_BYTES = 1024 * 1024

export class ExecSocket {
  readonly #socket: WebSocket
  readonly #listener: ExecListener
  readonly #times: ExecTimes
  #status: ExecStatus | undefined
  #broken: string | undefined
  #congested = false
  #held = false
  #lastSign = performance.now()

  /** @param socket open and paused, see kube/web-socket.ts */
  constructor(socket: WebSocket, listener: ExecListener, times: ExecTimes = EXEC_TIMES) {
    this.#socket = socket
    this.#listener = listener
    this.#times = times
    const pings = setInterval(() => this.#ping(), times.pingMs)
    socket.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary))
    socket.on('pong', () => this.#alive())
    socket.on('error', (error) => {
      this.#broken = error.message
    })
    socket.once('close', (code, reason) => {
      clearInterval(pings)
      listener.finished(this.#outcome(code, reason.toString()))
    })
    socket.resume()
  }

  /** Sends an event to the container. Only the tee calls this: its record is durable. */
  forward(event: InputEvent): void {
    if (event.type === 'stdin') return this.#send(encodeStdin(event.bytes))
    if (event.type === 'resize') return this.#send(encodeResize(event.size))
    // v4 has no half-close: the command sees no end of input, as with kubectl on such a server.
    if (this.#socket.protocol === 'v5.channel.k8s.io') this.#send(encodeStdinClose())
  }

  /** Stops or restarts reading: back-pressure towards the container. */
  hold(yes: boolean): void {
    if (yes === this.#held) return
    this.#held = yes
    if (yes) this.#socket.pause()
    else this.#socket.resume()
    this.#alive()
  }

  close(): void {
    this.#socket.close(1000)
    this.#terminateSoon()
  }

  #send(frame: Buffer): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return
    this.#socket.send(frame, () => this.#measure())
    this.#measure()
  }

  #measure(): void {
    const congested = this.#socket.bufferedAmount > CONGESTION_BYTES
    if (congested === this.#congested) return
    this.#congested = congested
    this.#listener.congested(congested)
  }

  #receive(message: Buffer, isBinary: boolean): void {
    this.#alive()
    if (!isBinary) return this.#breakOff('a text message')
    const frame = decodeServerFrame(message)
    switch (frame.type) {
      case 'stdout':
      case 'stderr':
        // The API server opens each channel with an empty message.
        if (frame.bytes.length > 0) this.#listener.output(frame.type, frame.bytes)
        return
      case 'status':
        this.#status = frame.status
        return this.#terminateSoon()
      case 'close':
        return
      case 'unknown':
        return this.#breakOff(frame.why)
      default:
        return frame satisfies never
    }
  }

  #breakOff(what: string): void {
    this.#broken = `the API server sent ${what}`
    this.#socket.terminate()
  }

  #terminateSoon(): void {
    setTimeout(() => this.#socket.terminate(), this.#times.closeMs).unref()
  }

  #outcome(code: number, reason: string): ExecOutcome {
    if (this.#status !== undefined) return { type: 'status', status: this.#status }
    const why = this.#broken ?? (reason === '' ? `closed with ${code} and no status` : reason)
    return { type: 'dropped', why }
  }

  #alive(): void {
    this.#lastSign = performance.now()
  }

  #ping(): void {
    if (this.#held || this.#socket.readyState !== WebSocket.OPEN) return
    const silence = performance.now() - this.#lastSign
    if (silence <= this.#times.silenceMs) return this.#socket.ping()
    this.#broken = `no sign of life for ${Math.round(silence / 1000)} s`
    this.#socket.terminate()
  }
}
