import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { fault } from './faults.ts'
import { errorOf, type FromWorker, type ToWorker, type WorkerSetup } from './worker-messages.ts'

/** A recording that fills memory ends the worker, not the server. */
const MEMORY_MB = 1024
const CLOSE_MS = 5_000

export interface Waiting {
  take(message: FromWorker): void
  fail(error: Error): void
}

/** One life of a worker. Whoever waits for it when it ends gets Fault KAE_LIBRARY_RESTARTING. */
export class WorkerLink {
  readonly ended: Promise<unknown>
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #isEnded = false
  #ids = 0

  constructor(setup: WorkerSetup, program = workerUrl()) {
    this.#worker = new Worker(program, { workerData: setup, resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } })
    this.ended = new Promise((resolve) => {
      let cause: unknown
      this.#worker.on('error', (error) => {
        cause = error
      })
      this.#worker.once('exit', () => {
        this.#end(cause)
        resolve(cause)
      })
    })
    this.#worker.on('message', (message: FromWorker) => this.#take(message))
  }

  /** Waits under a number of its own until `forget`. */
  wait(waiting: Waiting): number {
    this.#ids += 1
    if (this.#isEnded) waiting.fail(fault('KAE_LIBRARY_RESTARTING'))
    else this.#waiting.set(this.#ids, waiting)
    return this.#ids
  }

  forget(id: number): void {
    this.#waiting.delete(id)
  }

  say(message: ToWorker): void {
    if (!this.#isEnded) this.#worker.postMessage(message)
  }

  async close(): Promise<void> {
    this.say({ type: 'close' })
    const timer = setTimeout(() => void this.#worker.terminate(), CLOSE_MS)
    await this.ended
    clearTimeout(timer)
  }

  #take(message: FromWorker): void {
    const waiting = this.#waiting.get(message.id)
    if (message.type === 'failed') waiting?.fail(errorOf(message.failure))
    else waiting?.take(message)
  }

  #end(cause: unknown): void {
    this.#isEnded = true
    for (const waiting of this.#waiting.values()) waiting.fail(fault('KAE_LIBRARY_RESTARTING', { cause }))
    this.#waiting.clear()
  }
}

/** Beside this file where sources run; in a bundle, where scripts/bundle.ts puts it. */
function workerUrl(): URL {
  const here = import.meta.url
  if (here.endsWith('.ts')) return new URL('./library-worker.ts', here)
  const inChunks = basename(dirname(fileURLToPath(here))) === 'chunks'
  return new URL(inChunks ? '../library-worker.mjs' : './library-worker.mjs', here)
}
