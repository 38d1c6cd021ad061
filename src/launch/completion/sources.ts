/** What completion has to look up. It never fails, asks nobody anything, and gives up soon: a shell waits for it. */
import { type KubeConnection, openConnection } from '../../kube/connection.ts'
import type { ConnectionFlags } from '../../kube/flags.ts'
import { loadConnection } from '../../kube/load.ts'
import { apiPath } from '../../kube/request-path.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import { chooseLibrary } from '../../reading/choose-library.ts'
import { connectionFlagsOf } from '../../reading/library-flags.ts'
import { stateWords, whoWords } from '../../reading/print/session-columns.ts'
import { ageWords, microsOf } from '../../reading/print/times.ts'
import { sessionsOf } from '../../reading/resolve-session.ts'
import { PROGRAM } from '../../session/program.ts'
import type { Candidate, RecordedName, Sources } from './candidates.ts'
import type { Cursor } from './grammar.ts'

const TIMEOUT_MS = 3000
/** More than this nobody reads in a menu. */
const MOST = 100

export function sourcesFor(cursor: Cursor, env: NodeJS.ProcessEnv): Sources {
  const flags = cursor.command?.id === 'exec' ? (cursor.flags as ConnectionFlags) : connectionFlagsOf(cursor.flags)
  const resolved = () => loadConnection(flags, { env })
  const names = (of: 'contexts' | 'clusters' | 'users') =>
    orNothing(async () => named(resolved().kubeconfig[of].keys()))
  const asked = <Item>(path: (namespace: string) => string, candidates: (items: readonly Item[]) => Candidate[]) =>
    orNothing(() =>
      ask(flags, env, async (connection) => {
        const { namespace } = connection.resolved
        const list = await connection.getJson<{ items?: Item[] }>(path(namespace), {
          timeoutMs: TIMEOUT_MS,
          query: { limit: 500 },
        })
        return candidates(list.items ?? [])
      }),
    )
  const everywhere: Cursor = { ...cursor, flags: { ...cursor.flags, namespace: '', 'all-namespaces': true } }
  return {
    contexts: () => names('contexts'),
    clusters: () => names('clusters'),
    kubeconfigUsers: () => names('users'),
    namespaces: () =>
      asked<Named>(
        () => '/api/v1/namespaces',
        (items) => items.map(({ metadata }) => ({ value: metadata.name })),
      ),
    pods: () => asked<ListedPod>(podsPath, (items) => items.map(podCandidate)),
    containers: (pod) => asked<ListedPod>(podsPath, (items) => containersOf(items, pod)),
    sessions: ({ live }) => orNothing(async () => (await newest(cursor, env, live)).map(sessionCandidate)),
    recorded: (name) =>
      orNothing(async () => {
        const sessions = await newest(name === 'namespace' ? everywhere : cursor, env, false)
        return named(new Set(sessions.map(RECORDED[name])))
      }),
  }
}

const RECORDED: Readonly<Record<RecordedName, (session: SessionObject) => string>> = {
  user: ({ spec }) => spec.user.username,
  namespace: ({ metadata }) => metadata.namespace,
  pod: ({ spec }) => spec.target.pod,
  container: ({ spec }) => spec.target.container,
}

interface Named {
  readonly metadata: { readonly name: string }
}

interface ListedPod extends Named {
  readonly spec?: { readonly containers?: readonly { readonly name: string; readonly image?: string }[] }
  readonly status?: { readonly phase?: string }
}

const podsPath = (namespace: string): string => apiPath`/api/v1/namespaces/${namespace}/pods`

const podCandidate = ({ metadata, status }: ListedPod): Candidate => ({
  value: metadata.name,
  description: status?.phase ?? '',
})

function containersOf(pods: readonly ListedPod[], pod: string | undefined): Candidate[] {
  const wanted = pod?.replace(/^(pods?|po)\//, '')
  const those = pods.filter(({ metadata }) => wanted === undefined || metadata.name === wanted)
  const containers = those.flatMap(({ spec }) => spec?.containers ?? [])
  return [...new Map(containers.map(({ name, image = '' }) => [name, { value: name, description: image }])).values()]
}

const named = (names: Iterable<string>): Candidate[] => [...names].map((value) => ({ value }))

/** `alice  default/web-0  exit 0  3h ago`: ids alone tell a person nothing. */
function sessionCandidate(session: SessionObject): Candidate {
  const { metadata, spec, status } = session
  const age = ageWords(Date.now() * 1000 - microsOf(status.startTime))
  const where = `${metadata.namespace}/${spec.target.pod}`
  return { value: metadata.name, description: [whoWords(spec), where, stateWords(session), `${age} ago`].join('  ') }
}

async function newest(cursor: Cursor, env: NodeJS.ProcessEnv, live: boolean): Promise<readonly SessionObject[]> {
  const say = (): void => undefined
  await using chosen = await chooseLibrary(cursor.flags, { env, version: PROGRAM.version, say })
  const { library, namespace } = chosen
  const query = { ...(namespace === undefined ? {} : { namespace }), ...(live ? { phase: 'Live' as const } : {}) }
  const found: SessionObject[] = []
  for await (const session of sessionsOf(library, query, { limit: MOST })) {
    found.push(session)
    if (found.length === MOST) break
  }
  return found
}

async function ask<Answer>(
  flags: ConnectionFlags,
  env: NodeJS.ProcessEnv,
  question: (connection: KubeConnection) => Promise<Answer>,
): Promise<Answer> {
  // A credential plugin must not ask its questions in the middle of a line that is being typed.
  const connection = openConnection(loadConnection(flags, { env }), {
    version: PROGRAM.version,
    stdinFree: () => false,
  })
  try {
    return await question(connection)
  } finally {
    connection.close()
  }
}

async function orNothing(find: () => Promise<readonly Candidate[]>): Promise<readonly Candidate[]> {
  const late = new Promise<readonly Candidate[]>((resolve) => setTimeout(resolve, TIMEOUT_MS, []).unref())
  return Promise.race([find().catch(() => []), late])
}
