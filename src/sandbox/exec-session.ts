import type { WebSocket } from 'ws'
import { CHANNEL, decodeClientFrame, encodeChannel, encodeStatus, type TerminalSize } from '../protocol/channel.ts'
import type { PodExecOptions } from './exec-options.ts'
import { execStatusOf } from './exec-status.ts'
import type { Shell, ShellEnding, ShellEvents } from './shell.ts'

/** Starts the command. The size is for terminals; where it is undefined nobody has told one yet. */
export type Launch = (size: TerminalSize | undefined, events: ShellEvents) => Shell

/** Output that waits for a slow client: above the first the command is held, below the second it goes on. */
const OUTPUT_HIGH_BYTES = 1 << 20
const OUTPUT_LOW_BYTES = 1 << 18
/** kubectl tells its size at once. A client that never does waits this long for its shell. */
const FIRST_SIZE_MS = 100
/** While input is held back nothing is read, so only a failing ping shows that the client is gone. */
const PING_MS = 2000

/**
 * Carries one exec between a WebSocket and a local process.
 *
 *     waiting ──first frame, or 100 ms──▶ running ──ended──▶ ended
 *        └────────── socket closed ──────────┴──▶ ended (the process group is killed)
 *
 * Without a terminal it runs at once.
 */
export class ExecSession {
  /** Fulfils when the process has ended, or will never start. */
  readonly ended: Promise<void>
  readonly #socket: WebSocket
  readonly #options: PodExecOptions
  readonly #launch: Launch
  readonly #timer: NodeJS.Timeout
  readonly #pings: NodeJS.Timeout
  readonly #finish: () => void
  #shell: Shell | undefined
  #running = true
  #outputHeld = false

  constructor(socket: WebSocket, options: PodExecOptions, launch: Launch) {
    this.#socket = socket
    this.#options = options
    this.#launch = launch
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ended = promise
    this.#finish = resolve
    this.#timer = setTimeout(() => this.#start(undefined), FIRST_SIZE_MS)
    this.#pings = setInterval(() => socket.ping(), PING_MS)
    socket.on('message', (data) => this.#receive(data as Buffer))
    // A broken connection: `close` follows.
    socket.on('error', () => {})
    socket.once('close', () => this.#abandon())
    // As the API server does: an empty message says that the streams are up.
    this.#send(options.stdout ? CHANNEL.stdout : options.stderr ? CHANNEL.stderr : CHANNEL.status, Buffer.alloc(0))
    if (!options.tty) this.#start(undefined)
  }

  /** Ends the process; its status still goes to the client. */
  terminate(): void {
    if (this.#shell === undefined) this.#socket.terminate()
    this.#shell?.kill()
  }

  #start(size: TerminalSize | undefined): void {
    clearTimeout(this.#timer)
    if (this.#shell !== undefined || !this.#running) return
    this.#shell = this.#launch(size, {
      output: (channel, bytes) => this.#output(channel, bytes),
      drained: () => this.#socket.resume(),
      ended: (ending) => this.#end(ending),
    })
  }

  #receive(message: Buffer): void {
    const frame = decodeClientFrame(message)
    if (frame.type === 'unknown') return this.#refuseMalformedClose(message)
    this.#start(frame.type === 'resize' ? frame.size : undefined)
    if (frame.type === 'resize') this.#shell?.resize(frame.size)
    if (frame.type === 'stdin-close' && this.#halfCloses) this.#shell?.endInput()
    if (frame.type === 'stdin' && this.#options.stdin && this.#shell?.write(frame.bytes) === false) this.#socket.pause()
  }

  get #halfCloses(): boolean {
    return this.#socket.protocol === 'v5.channel.k8s.io'
  }

  /** Unknown channels are ignored, a malformed close ends the connection: `handle` in k8s.io/streaming wsstream/conn.go. */
  #refuseMalformedClose(message: Buffer): void {
    const isClose = this.#halfCloses && message[0] === CHANNEL.close
    if (isClose && (message.length !== 2 || message.readUInt8(1) > CHANNEL.resize)) this.#socket.close(1000)
  }

  #output(channel: 'stdout' | 'stderr', bytes: Buffer): void {
    // A terminal has one stream of output, whichever the client asked for.
    if (!this.#options[channel] && !this.#options.tty) return
    this.#send(CHANNEL[channel], bytes)
    if (this.#outputHeld || this.#socket.bufferedAmount < OUTPUT_HIGH_BYTES) return
    this.#outputHeld = true
    this.#shell?.pauseOutput()
  }

  #send(channel: number, bytes: Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#socket.send(encodeChannel(channel, bytes), { binary: true }, () => this.#sent())
  }

  #sent(): void {
    if (!this.#outputHeld || this.#socket.bufferedAmount > OUTPUT_LOW_BYTES) return
    this.#outputHeld = false
    this.#shell?.resumeOutput()
  }

  #end(ending: ShellEnding): void {
    if (!this.#running) return
    this.#running = false
    this.#finish()
    clearInterval(this.#pings)
    // The rest of the input goes nowhere, but the client's close has to be read.
    this.#socket.resume()
    if (this.#socket.readyState !== this.#socket.OPEN) return
    const status = encodeStatus(execStatusOf(ending, this.#options.command ?? []))
    // Not before all is on its way: `ws` gives a client 30 s from here, however much it has still to read.
    this.#socket.send(status, { binary: true }, () => this.#socket.close(1000))
  }

  #abandon(): void {
    clearTimeout(this.#timer)
    clearInterval(this.#pings)
    if (this.#shell === undefined) {
      this.#running = false
      this.#finish()
    }
    if (this.#running) this.#shell?.kill()
  }
}
