import { write } from 'node:fs'
import { type SwiftWrite, swiftWriteTo } from './swift-output.ts'

/** Bytes that may wait for the terminal or pipe before the container's output is held. */
const HIGH_WATER_BYTES = 1024 * 1024
const RETRY_MS = 5

export interface SinkListener {
  /** Whether the sink is too full. Called when that changes. */
  full(yes: boolean): void
  /** The reader is gone (EPIPE) or the file cannot be written; called once. */
  broken(error: NodeJS.ErrnoException): void
}

/**
 * Writes to a file descriptor without ever blocking the event loop. `process.stdout` does block on terminals and pipes:
 * a user who presses Ctrl-S would stop the heartbeats of the session as well.
 */
export class OutputSink {
  readonly #fd: number
  readonly #listener: SinkListener
  readonly #writeSwiftly: SwiftWrite
  #queue: Uint8Array[] = []
  #queued = 0
  #writing = false
  #broken = false
  #full = false
  #idle: Array<() => void> = []

  constructor(fd: number, listener: SinkListener) {
    this.#fd = fd
    this.#listener = listener
    this.#writeSwiftly = swiftWriteTo(fd)
  }

  write(bytes: Uint8Array): void {
    if (this.#broken) return
    const rest = this.#writing ? bytes : bytes.subarray(this.#writeSwiftly(bytes))
    if (rest.length === 0) return
    this.#queue.push(rest)
    this.#queued += rest.length
    this.#measure()
    if (!this.#writing) this.#next()
  }

  /** Resolves when everything was handed to the operating system, or cannot be any more. */
  flushed(): Promise<void> {
    if (!this.#writing) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  #next(): void {
    const batch = this.#queue.length === 1 ? this.#queue[0] : Buffer.concat(this.#queue)
    this.#queue = []
    this.#writing = batch !== undefined && batch.length > 0
    if (batch === undefined || batch.length === 0) {
      for (const resolve of this.#idle.splice(0)) resolve()
      return
    }
    this.#write(batch)
  }

  #write(bytes: Uint8Array): void {
    write(this.#fd, bytes, (error, written) => {
      // The descriptor may be non-blocking because another process that shares it made it so.
      if (error?.code === 'EAGAIN') return void setTimeout(() => this.#write(bytes), RETRY_MS)
      if (error) return this.#break(error)
      this.#queued -= written
      this.#measure()
      if (written < bytes.length) return this.#write(bytes.subarray(written))
      this.#next()
    })
  }

  #break(error: NodeJS.ErrnoException): void {
    this.#broken = true
    this.#queued = 0
    this.#queue = []
    this.#measure()
    this.#next()
    this.#listener.broken(error)
  }

  #measure(): void {
    const full = this.#queued > HIGH_WATER_BYTES
    if (full === this.#full) return
    this.#full = full
    this.#listener.full(full)
  }
}
