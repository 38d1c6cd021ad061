/** Which recorded sessions a command reads: a copy of a log, this machine's, or the cluster's. */
import { openConnection } from '../kube/connection.ts'
import { loadConnection } from '../kube/load.ts'
import type { ResolvedConnection } from '../kube/resolved.ts'
import { isFault } from '../protocol/fault.ts'
import type { SessionLibrary } from '../protocol/session-library.ts'
import { openClusterLibrary } from './cluster/cluster-library.ts'
import { servesSessions } from './cluster/discovery.ts'
import { fault } from './faults.ts'
import { localFolders, requireLogs, requireLogsOrTrouble } from './folder/find-logs.ts'
import { openFolders, settled } from './folder/folder-library.ts'
import { connectionFlagsOf, type LibraryFlags } from './library-flags.ts'

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv
  /** This program's, for User-Agent. */
  readonly version: string
  /** A line for the person at the terminal, who should know where the answer comes from. */
  readonly say: (line: string) => void
  /** Does not refuse named folders that cannot all be read: whoever asks reports of each itself. */
  readonly reportsEach?: boolean
}

export interface LibraryChoice {
  readonly library: SessionLibrary
  /** What a list is to show where no other is named; undefined: all namespaces. */
  readonly namespace: string | undefined
  /** Where the logs themselves are; undefined: in a cluster. */
  readonly folders: readonly string[] | undefined
}

interface Choice extends LibraryChoice {
  /** Gives what is derived from this machine's logs a moment. A cluster's server has derived it already. */
  readonly settled: () => Promise<void>
}

export interface ChosenLibrary extends Choice, AsyncDisposable {}

/** Dispose of it when done. @throws Fault KAE_READING_FLAGS, KAE_LOGS_NOT_FOUND, KAE_KUBE_* */
export async function chooseLibrary(flags: LibraryFlags, surroundings: Surroundings): Promise<ChosenLibrary> {
  const chosen = await choose(flags, surroundings)
  return { ...chosen, [Symbol.asyncDispose]: () => chosen.library[Symbol.asyncDispose]() }
}

async function choose(flags: LibraryFlags, surroundings: Surroundings): Promise<Choice> {
  const { env, say } = surroundings
  const folders = (flags.log ?? []) as readonly string[]
  const all = flags['all-namespaces'] === true
  const named = typeof flags.namespace === 'string' && flags.namespace !== '' ? flags.namespace : undefined
  if (all && named !== undefined) throw fault('KAE_READING_FLAGS', { detail: '--namespace and --all-namespaces' })
  if (folders.length > 0) {
    if (flags.local === true) throw fault('KAE_READING_FLAGS', { detail: '--log and --local' })
    await (surroundings.reportsEach === true ? requireLogsOrTrouble : requireLogs)(folders)
    return openHere(folders, { place: folders.join(', '), namespace: named, env })
  }
  if (flags.local !== true) {
    const found = await chooseCluster(flags, surroundings)
    if ('library' in found) {
      return {
        ...found,
        folders: undefined,
        namespace: all ? undefined : found.namespace,
        settled: async () => undefined,
      }
    }
    say(`${found.why}: reading what was recorded on this machine`)
  }
  return openHere(localFolders(env), { place: 'this machine', namespace: named, env })
}

async function openHere(
  folders: readonly string[],
  { place, namespace, env }: { place: string; namespace: string | undefined; env: NodeJS.ProcessEnv },
): Promise<Choice> {
  const library = await openFolders({ folders, place, env })
  return { library, namespace, folders, settled: () => settled(library) }
}

async function chooseCluster(
  flags: LibraryFlags,
  { env, version, say }: Surroundings,
): Promise<{ readonly library: SessionLibrary; readonly namespace: string } | { readonly why: string }> {
  const resolved = loadConnection(connectionFlagsOf(flags), { env })
  if (resolved.origin.kind === 'default') return { why: 'No kubeconfig names a cluster' }
  const connection = openConnection(resolved, { version })
  try {
    const place = placeOf(resolved)
    if (!(await servesSessions(connection))) return closing(connection, { why: `${place} serves no recordings` })
    const { namespace } = resolved
    return { library: openClusterLibrary(connection, { place, namespace, say }), namespace }
  } catch (error) {
    connection.close()
    throw localInstead(error)
  }
}

const placeOf = ({ contextName, server }: ResolvedConnection): string =>
  contextName === '' ? `the cluster at ${server.host}` : `context ${contextName}`

function closing<Result>(connection: { close(): void }, result: Result): Result {
  connection.close()
  return result
}

/** Of a cluster that does not answer nobody knows whether it has recordings: to read others in its place would mislead. */
function localInstead(error: unknown): unknown {
  if (!isFault(error) || !['KAE_KUBE_UNREACHABLE', 'KAE_KUBE_TIMEOUT'].includes(error.code)) return error
  const details = error.detail === undefined ? {} : { detail: error.detail }
  return fault('KAE_READING_UNREACHABLE', { ...details, cause: error })
}
