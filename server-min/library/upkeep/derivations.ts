/** The derivations of command lists that are under way: each once, however many wait for it. */
import { setTimeout as delay } from 'node:timers/promises'
import type { DerivedCommands } from '../../../src/recording/commands/derive.ts'
import type { SessionRow } from '../store/session-row.ts'

export interface Turns {
  /** What nobody waits for works so long before it gives way. */
  readonly turnMs: number
  /** After this long it goes on, whoever else is waited for: it must come to its end as well. */
  readonly longestWayMs: number
}

const TURNS: Turns = { turnMs: 50, longestWayMs: 500 }

type Start = () => Promise<DerivedCommands>

export class Derivations {
  readonly #turns: Turns
  readonly #underWay = new Map<string, Promise<DerivedCommands>>()
  /** Those that somebody waits for, and for how many. */
  readonly #awaited = new Map<string, number>()

  constructor(turns = TURNS) {
    this.#turns = turns
  }

  /** For somebody who waits: before what nobody waits for. */
  async ask(row: SessionRow, start: Start): Promise<DerivedCommands> {
    const name = nameOf(row)
    this.#awaited.set(name, (this.#awaited.get(name) ?? 0) + 1)
    try {
      return await this.share(row, start)
    } finally {
      const left = (this.#awaited.get(name) ?? 1) - 1
      if (left === 0) this.#awaited.delete(name)
      else this.#awaited.set(name, left)
    }
  }

  /** The one that is under way; where there is none, it is started. */
  share(row: SessionRow, start: Start): Promise<DerivedCommands> {
    const name = nameOf(row)
    const one = this.#underWay.get(name) ?? start().finally(() => this.#underWay.delete(name))
    this.#underWay.set(name, one)
    return one
  }

  /** The same records; while somebody waits for another session, they come later. */
  async *givingWay<T>(row: SessionRow, records: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
    let turn = performance.now()
    for await (const record of records) {
      if (performance.now() - turn >= this.#turns.turnMs) {
        await this.#way(nameOf(row), signal)
        turn = performance.now()
      }
      yield record
    }
  }

  async #way(name: string, signal: AbortSignal): Promise<void> {
    if (this.#awaited.size === 0 || this.#awaited.has(name)) return
    const others = [...this.#awaited.keys()].flatMap((each) => this.#underWay.get(each) ?? [])
    const over = new AbortController()
    const until = AbortSignal.any([signal, over.signal])
    const longest = delay(this.#turns.longestWayMs, undefined, { signal: until }).catch(() => undefined)
    await Promise.race([Promise.allSettled(others), longest])
    over.abort()
  }
}

/** Of a live session there is more to derive each time. */
const nameOf = ({ id, records }: SessionRow): string => `${id} ${records}`
