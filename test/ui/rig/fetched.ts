/** The real sources over a kubeconfig, and all that they say. */
import { ClusterSources } from '../../../src/ui/sources/cluster-sources.ts'
import type { Event } from '../../../src/ui/state/event.ts'
import type { Feed } from '../../../src/ui/state/model.ts'
import type { Slot, Wanted } from '../../../src/ui/state/wanted.ts'

export class Fetched implements AsyncDisposable {
  readonly events: Event[] = []
  readonly #cluster: ClusterSources
  readonly #stop = new AbortController()
  readonly #running: Promise<void>[] = []
  #look = (): void => {}

  constructor(kubeconfig: string, env: NodeJS.ProcessEnv = {}) {
    this.#cluster = new ClusterSources({ flags: { kubeconfig }, env, version: '0' })
  }

  want<S extends Slot>(slot: S, value: NonNullable<Wanted[S]>): void {
    const emit = (event: Event): void => {
      this.events.push(event)
      this.#look()
    }
    this.#running.push(this.#cluster.sources[slot](value, { emit, signal: this.#stop.signal }))
  }

  /** The first event of its type, from `from` on, for which this holds. */
  async until<T extends Event['type']>(
    type: T,
    holds: (event: Event & { type: T }) => boolean = () => true,
    from = 0,
  ): Promise<Event & { type: T }> {
    const fits = (event: Event): event is Event & { type: T } =>
      event.type === type && holds(event as Event & { type: T })
    return await new Promise((resolve) => {
      this.#look = () => {
        const found = this.events.slice(from).find(fits)
        if (found !== undefined) resolve(found)
      }
      this.#look()
    })
  }

  /** What is said from now on. */
  get mark(): number {
    return this.events.length
  }

  /** Ends by itself only if every source heeds its signal. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#running)
    await this.#cluster[Symbol.asyncDispose]()
  }
}

export const isFeed =
  (type: Feed['type']) =>
  ({ feed }: { readonly feed: Feed }): boolean =>
    feed.type === type
