/**
 * A process that watches a session as many watchers do: `watch-load.ts JSON(LoadPlace)`. Orders come as JSON lines on
 * stdin, answers go as JSON lines to stdout. It ends with its stdin.
 */
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { ContentDecoder } from '../../../src/protocol/content.ts'
import type { LoadPlace } from './population.ts'
import { Reader } from './reader.ts'

/** Answered when every watcher is there; or when they have left, with what came meanwhile. */
export type WatchOrder =
  | { readonly type: 'watch'; readonly watchers: number; readonly fromSeq: number }
  /** When all have this record. */
  | { readonly type: 'leave'; readonly lastSeq: number }

/** When the last of all had a record, by the machine's monotonic clock. */
export interface Seen {
  readonly seq: number
  readonly at: number
}

using reader = new Reader(JSON.parse(process.argv[2] ?? '{}') as LoadPlace)
const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** Later is missed. */
const MOST_MS = 10_000

class Watching {
  readonly #leaving = new AbortController()
  readonly #last = new Map<number, { had: number; at: number }>()
  readonly #watchers: number

  constructor(watchers: number) {
    this.#watchers = watchers
  }

  /** Resolves when all have a first record. */
  async begin(fromSeq: number): Promise<void> {
    const path = `${await reader.contentPath('Live')}?format=records&follow=true&fromSeq=${fromSeq}`
    await Promise.all(Array.from({ length: this.#watchers }, () => this.#watch(path)))
  }

  async leave(lastSeq: number): Promise<Seen[]> {
    const late = AbortSignal.timeout(MOST_MS)
    while (this.#last.get(lastSeq)?.had !== this.#watchers && !late.aborted) await pause(10)
    this.#leaving.abort()
    return [...this.#last].flatMap(([seq, { had, at }]) => (had === this.#watchers ? [{ seq, at }] : []))
  }

  async #watch(path: string): Promise<void> {
    const decoder = new ContentDecoder()
    const response = await reader.get(path, this.#leaving.signal)
    response.on('error', (error) => {
      if (!this.#leaving.signal.aborted) process.stderr.write(`a watcher was lost: ${error.message}\n`)
    })
    response.on('data', (chunk: Buffer) => {
      for (const item of decoder.push(chunk)) if (item.type === 'record') this.#note(item.record.seq)
    })
    await once(response, 'data')
  }

  #note(seq: number): void {
    const last = this.#last.get(seq) ?? { had: 0, at: 0 }
    last.had += 1
    last.at = monotonicMs()
    this.#last.set(seq, last)
  }
}

let watching: Watching | undefined
for await (const line of createInterface(process.stdin)) {
  const order = JSON.parse(line) as WatchOrder
  let seen: readonly Seen[] = []
  if (order.type === 'watch') {
    watching = new Watching(order.watchers)
    await watching.begin(order.fromSeq)
  } else seen = (await watching?.leave(order.lastSeq)) ?? []
  process.stdout.write(`${JSON.stringify(seen)}\n`)
}
