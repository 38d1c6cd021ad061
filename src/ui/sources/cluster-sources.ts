/** The real sources: the clusters of a kubeconfig, and the sessions that were recorded there. */
import { type KubeConnection, openConnection } from '../../kube/connection.ts'
import type { ConnectionFlags } from '../../kube/flags.ts'
import { loadConnection } from '../../kube/load.ts'
import type { SessionLibrary } from '../../protocol/session-library.ts'
import type { chooseLibrary } from '../../reading/choose-library.ts'
import type { Feed, Place } from '../state/model.ts'
import { namespacesOf } from './namespaces.ts'
import { podsOf } from './pods.ts'
import { recordingOf } from './recording.ts'
import { previewOf, searchFor, sessionsOf } from './sessions.ts'
import type { Reporting, Sources } from './source.ts'
import { stoppedBy } from './trouble.ts'

export interface ClusterNeeds {
  readonly flags: ConnectionFlags
  readonly env: NodeJS.ProcessEnv
  readonly version: string
}

export class ClusterSources implements AsyncDisposable {
  readonly #needs: ClusterNeeds
  /** By context: one connection for all that is asked of a cluster. */
  readonly #connections = new Map<string, KubeConnection>()
  readonly #libraries = new Map<string, Promise<SessionLibrary>>()

  constructor(needs: ClusterNeeds) {
    this.#needs = needs
  }

  readonly sources: Sources = {
    pods: (place, reporting) => {
      const say = (feed: Feed): void => reporting.emit({ type: 'pods-feed', feed })
      return this.#connected(place.context, say, (connection) => podsOf(connection, place, reporting))
    },
    recording: (place, reporting) =>
      this.#connected(place.context, ignored, (connection) => recordingOf(connection, place, reporting)),
    namespaces: ({ context }, reporting) => {
      const say = (feed: Feed): void => reporting.emit({ type: 'namespaces-feed', feed })
      return this.#connected(context, say, (connection) => namespacesOf(connection, reporting))
    },
    sessions: ({ place, live }, reporting) =>
      sessionsOf(this.#libraryOf(place), { namespace: place.namespace, live }, reporting),
    search: ({ place, text, output }, reporting) =>
      searchFor(this.#libraryOf(place), { namespace: place.namespace, text, output }, reporting),
    preview: ({ place, id }, reporting: Reporting) => previewOf(this.#libraryOf(place), id, reporting),
  }

  /** A kubeconfig that cannot be used is a state of the screen like any other. */
  async #connected(
    context: string,
    say: (feed: Feed) => void,
    work: (connection: KubeConnection) => Promise<void>,
  ): Promise<void> {
    let connection: KubeConnection
    try {
      connection = this.#connectionOf(context)
    } catch (error) {
      return say(stoppedBy(error))
    }
    if (connection.resolved.origin.kind === 'default') return say(NO_CLUSTER)
    await work(connection)
  }

  #connectionOf(context: string): KubeConnection {
    const known = this.#connections.get(context)
    if (known !== undefined) return known
    const { flags, env, version } = this.#needs
    // A credential plugin must not take the keys that are meant for the screen.
    const connection = openConnection(loadConnection(inContext(flags, context), { env }), {
      version,
      stdinFree: () => false,
    })
    this.#connections.set(context, connection)
    return connection
  }

  #libraryOf({ context }: Place): () => Promise<SessionLibrary> {
    return () => {
      const known = this.#libraries.get(context)
      if (known !== undefined) return known
      const { flags, env, version } = this.#needs
      const { user, ...rest } = inContext(flags, context)
      const named = user === undefined ? rest : { ...rest, 'kubeconfig-user': user }
      const chosen = chosenLibrary(named, { env, version, say: () => {} })
      this.#libraries.set(context, chosen)
      chosen.catch(() => this.#libraries.delete(context))
      return chosen
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#connections.values()) connection.close()
    const opened = await Promise.allSettled(this.#libraries.values())
    await Promise.allSettled(
      opened.map((each) => (each.status === 'fulfilled' ? each.value[Symbol.asyncDispose]() : undefined)),
    )
  }
}

/** Loaded when sessions are read for the first time, and not before the first pods. */
async function chosenLibrary(...choice: Parameters<typeof chooseLibrary>): Promise<SessionLibrary> {
  const { chooseLibrary } = await import('../../reading/choose-library.ts')
  return (await chooseLibrary(...choice)).library
}

const ignored = (): void => {}

const NO_CLUSTER: Feed = {
  type: 'failed',
  trouble: {
    what: 'No kubeconfig names a cluster.',
    next: 'Set KUBECONFIG, or try it without a cluster: kube-audit-exec sandbox',
  },
}

/** Flags that name another cluster or user than the context's hold in every context, as they would for kubectl. */
export const inContext = ({ namespace: _, ...flags }: ConnectionFlags, context: string): ConnectionFlags =>
  context === '' ? flags : { ...flags, context }
