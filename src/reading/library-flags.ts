/** The flags that say where sessions are: one table for every command that reads them. */
import { CONNECTION_FLAGS, type ConnectionFlags, type FlagDefinition } from '../kube/flags.ts'

const { user: kubeconfigUser, namespace, ...connection } = CONNECTION_FLAGS

/** In these commands `--user` is whose session it is, so kubectl's flag of that name has another one. */
const KUBECONFIG_USER = 'kubeconfig-user'

export const PLACE_FLAGS = {
  log: {
    type: 'stringArray',
    value: 'FOLDER',
    description: 'Read the logs in this folder and below, offline; may be repeated',
  },
  local: { type: 'bool', description: 'Read what was recorded on this machine, not what the cluster has' },
  namespace: { ...namespace, description: 'Namespace of the sessions' },
  'all-namespaces': { type: 'bool', char: 'A', description: 'Sessions of all namespaces' },
} as const satisfies Record<string, FlagDefinition>

export const CLUSTER_FLAGS: Readonly<Record<string, FlagDefinition>> = {
  ...connection,
  [KUBECONFIG_USER]: {
    ...kubeconfigUser,
    description: 'The kubeconfig user to use: kubectl’s --user. Its other connection flags work here too',
  },
}

/** As a command line gave them: those of PLACE_FLAGS and CLUSTER_FLAGS count, others may stand beside them. */
export type LibraryFlags = Readonly<Record<string, unknown>>

export function connectionFlagsOf(flags: LibraryFlags): ConnectionFlags {
  const given = Object.entries(flags).filter(([name]) => Object.hasOwn(connection, name) || name === 'namespace')
  const user = flags[KUBECONFIG_USER]
  return { ...Object.fromEntries(given), ...(typeof user === 'string' ? { user } : {}) }
}

const PLACE_WORDS: ReadonlySet<string> = new Set([
  ...Object.keys(PLACE_FLAGS),
  'kubeconfig',
  'context',
  'as',
  KUBECONFIG_USER,
])

/** What to add to another command so that it reads from the same place. No credentials: it is printed. */
export function placeWords(flags: LibraryFlags): string[] {
  const given = Object.entries(flags).filter(([name]) => PLACE_WORDS.has(name))
  return given.flatMap(([name, value]) => [value].flat().flatMap((each) => flagWords(name, each)))
}

const flagWords = (name: string, value: unknown): string[] =>
  value === true ? [`--${name}`] : typeof value === 'string' ? [`--${name}`, value] : []
