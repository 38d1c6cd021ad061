/** Keeps the sources that a state wants running, and ends the others. */
import type { Sources } from './sources/source.ts'
import type { Event } from './state/event.ts'
import type { Slot, Wanted } from './state/wanted.ts'

interface Running {
  readonly want: string
  readonly abort: AbortController
}

const SLOTS: readonly Slot[] = ['pods', 'recording', 'namespaces', 'sessions', 'search', 'preview']

export class Fetching {
  readonly #sources: Sources
  readonly #emit: (event: Event) => void
  readonly #failed: (bug: unknown) => void
  readonly #running = new Map<Slot, Running>()

  constructor(
    sources: Sources,
    hooks: { readonly emit: (event: Event) => void; readonly failed: (bug: unknown) => void },
  ) {
    this.#sources = sources
    this.#emit = hooks.emit
    this.#failed = hooks.failed
  }

  /** @param attempt another number starts everything again */
  want(wanted: Wanted, attempt: number): void {
    for (const slot of SLOTS) this.#wantSlot(slot, wanted, attempt)
  }

  close(): void {
    for (const { abort } of this.#running.values()) abort.abort()
    this.#running.clear()
  }

  #wantSlot<S extends Slot>(slot: S, wanted: Wanted, attempt: number): void {
    const value = wanted[slot]
    const want = value === undefined ? '' : JSON.stringify([attempt, value])
    const running = this.#running.get(slot)
    if ((running?.want ?? '') === want) return
    running?.abort.abort()
    this.#running.delete(slot)
    if (value === undefined) return
    const abort = new AbortController()
    this.#running.set(slot, { want, abort })
    const { signal } = abort
    const emit = (event: Event): void => {
      if (!signal.aborted) this.#emit(event)
    }
    this.#sources[slot](value, { emit, signal }).catch((error: unknown) => {
      if (!signal.aborted) this.#failed(error)
    })
  }
}
