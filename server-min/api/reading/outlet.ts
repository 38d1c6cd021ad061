import type { ServerResponse } from 'node:http'
import { Sluice } from './sluice.ts'

export interface OutletLimits {
  /** A reader that takes nothing for so long is let go. */
  readonly stallMs: number
}

/** So much goes out in one write, where so much is there at once. */
const GATHERED_BYTES = 64 * 1024
/** All readers' bytes go out on the thread that records. */
const sluice = new Sluice()
/** A peer that vanished without a word is noticed by the operating system. */
const KEEP_ALIVE_MS = 30_000

/**
 * One reader's connection. It holds no more than what was gathered and what Node buffers: who pushes waits until the reader
 * takes it, so a slow reader slows its own iteration of the log and nothing else.
 */
export class Outlet {
  readonly #response: ServerResponse
  readonly #limits: OutletLimits
  readonly #gone = new AbortController()
  #pieces: Uint8Array[] = []
  #bytes = 0
  /** What was gathered is at the sluice. */
  #passing: PromiseWithResolvers<void> | undefined

  constructor(response: ServerResponse, limits: OutletLimits) {
    this.#response = response
    this.#limits = limits
    response.socket?.setNoDelay(true)
    response.socket?.setKeepAlive(true, KEEP_ALIVE_MS)
    response.on('error', () => this.#gone.abort())
    response.once('close', () => this.#gone.abort())
    if (response.destroyed) this.#gone.abort()
  }

  /** Aborted when the reader has gone, or was let go. */
  get gone(): AbortSignal {
    return this.#gone.signal
  }

  start(contentType: string, headers: Readonly<Record<string, string>> = {}): void {
    this.#response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-cache, private', ...headers })
    this.#response.flushHeaders()
  }

  /** Goes out as soon as it is this reader's turn. Resolves when there is room for more. */
  async push(piece: Uint8Array | string): Promise<void> {
    if (piece.length === 0 || this.gone.aborted) return
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
    this.#pieces.push(bytes)
    this.#bytes += bytes.length
    const passed = this.#pass()
    if (this.#bytes >= GATHERED_BYTES) await passed
    if (this.#response.writableNeedDrain) await this.#event('drain')
  }

  /** Ends a whole answer. Resolves when it has been handed to the operating system, or the reader has gone. */
  async end(): Promise<void> {
    this.#write()
    const finished = this.#event('finish')
    this.#response.end()
    await finished
  }

  /** Says why, then breaks the connection: HTTP tells that what came is not the whole. */
  async breakOff(words: Uint8Array | string): Promise<void> {
    this.#write()
    const handed = Promise.withResolvers<void>()
    const timer = setTimeout(handed.resolve, this.#limits.stallMs)
    this.gone.addEventListener('abort', () => handed.resolve())
    if (this.gone.aborted) handed.resolve()
    else this.#response.write(words, () => handed.resolve())
    await handed.promise
    clearTimeout(timer)
    this.cut()
  }

  /** Breaks the connection, so that nobody takes what came for the whole. */
  cut(): void {
    this.#response.destroy()
  }

  #pass(): Promise<void> {
    if (this.#passing !== undefined) return this.#passing.promise
    const passing = Promise.withResolvers<void>()
    this.#passing = passing
    sluice.add(() => {
      const gathered = this.#bytes
      this.#passing = undefined
      this.#write()
      passing.resolve()
      return gathered - this.#bytes
    })
    return passing.promise
  }

  #write(): void {
    if (this.#bytes === 0 || this.gone.aborted) return
    this.#response.write(this.#pieces.length === 1 ? this.#pieces[0] : Buffer.concat(this.#pieces))
    this.#pieces = []
    this.#bytes = 0
  }

  #event(name: 'drain' | 'finish'): Promise<void> {
    if (this.gone.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.cut(), this.#limits.stallMs)
      const done = (): void => {
        clearTimeout(timer)
        this.#response.off(name, done)
        this.gone.removeEventListener('abort', done)
        resolve()
      }
      this.#response.once(name, done)
      this.gone.addEventListener('abort', done)
    })
  }
}
