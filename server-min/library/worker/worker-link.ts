import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { fault } from '../faults.ts'
import { errorOf, type FromWorker, type ToWorker, type WorkerSetup } from './worker-messages.ts'
import { Pulse } from './worker-pulse.ts'

/** A recording that fills memory ends the worker, not the server. */
const MEMORY_MB = 1024
const CLOSE_MS = 5_000
/** Its longest step, a look into a large index, takes a second or two; several times that where recording takes the processors. */
const SILENCE_MS = 30_000
/** Sooner than the API server gives a request up, which is after 60 s. */
const ANSWER_MS = 50_000

export interface Waiting {
  take(message: FromWorker): void
  fail(error: Error): void
}

export interface LinkOptions {
  /** Another program: for tests. */
  readonly program?: URL | undefined
  /** So long it may say nothing before it is given up. */
  readonly silenceMs?: number | undefined
  /** So long whoever asks waits for an answer. */
  readonly answerMs?: number | undefined
}

/**
 * One life of a worker. Whoever waits for it when it ends gets Fault KAE_LIBRARY_RESTARTING; when it hangs,
 * KAE_LIBRARY_HUNG. One that hangs has ended for its owner, whether it can be stopped or not.
 */
export class WorkerLink {
  readonly ended: Promise<unknown>
  readonly answerMs: number
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly #pulse: Pulse
  readonly #over = Promise.withResolvers<unknown>()
  #isEnded = false
  #ids = 0

  constructor(setup: WorkerSetup, options: LinkOptions = {}) {
    const { program = workerUrl(), silenceMs = SILENCE_MS, answerMs = ANSWER_MS } = options
    this.answerMs = answerMs
    this.#worker = new Worker(program, { workerData: setup, resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } })
    this.ended = this.#over.promise
    let cause: unknown
    this.#worker.on('error', (error) => {
      cause = error
    })
    this.#worker.once('exit', () => this.#end(cause, fault('KAE_LIBRARY_RESTARTING', { cause })))
    this.#worker.on('message', (message: FromWorker) => this.#take(message))
    this.#pulse = new Pulse({
      silenceMs,
      ask: () => this.say({ type: 'ping' }),
      onSilence: () => this.#giveUp(fault('KAE_LIBRARY_HUNG')),
    })
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
    const timer = setTimeout(() => this.#giveUp(fault('KAE_LIBRARY_HUNG')), CLOSE_MS)
    await this.ended
    clearTimeout(timer)
  }

  #take(message: FromWorker): void {
    this.#pulse.beat()
    if (message.type === 'pong') return
    const waiting = this.#waiting.get(message.id)
    if (message.type === 'failed') waiting?.fail(errorOf(message.failure))
    else waiting?.take(message)
  }

  /** Nobody waits for its end: a thread that stands in the operating system cannot be stopped from here. */
  #giveUp(why: Error): void {
    void this.#worker.terminate()
    this.#worker.unref()
    this.#end(why, why)
  }

  #end(cause: unknown, failure: Error): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#pulse[Symbol.dispose]()
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const each of waiting) each.fail(failure)
    this.#over.resolve(cause)
  }
}

/** Beside this file where sources run; in a bundle, where scripts/bundle.ts puts it. */
function workerUrl(): URL {
  const here = import.meta.url
  if (here.endsWith('.ts')) return new URL('./library-worker.ts', here)
  const inChunks = basename(dirname(fileURLToPath(here))) === 'chunks'
  return new URL(inChunks ? '../library-worker.mjs' : './library-worker.mjs', here)
}
