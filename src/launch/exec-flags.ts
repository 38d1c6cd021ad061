/** The flags of `exec`: the one table from which help, completion and the parser are made. */
import { CONNECTION_FLAGS, type FlagDefinition } from '../kube/flags.ts'
import { COLLECTOR_CHOICES } from '../session/invocation.ts'

export interface ExecFlag extends FlagDefinition {
  /** Gives the flag's value where the command line does not. Only our own flags have one: kubectl's have none. */
  readonly env?: string
  readonly options?: readonly string[]
  readonly default?: string
}

export const KUBECTL_EXEC_FLAGS = {
  stdin: { type: 'bool', char: 'i', description: 'Pass stdin to the container' },
  tty: { type: 'bool', char: 't', description: 'Stdin is a terminal' },
  container: {
    type: 'string',
    value: 'NAME',
    char: 'c',
    description: "Container; by default the pod's annotated or first one",
  },
  quiet: { type: 'bool', char: 'q', description: 'Print only what the remote command prints' },
  filename: {
    type: 'stringArray',
    value: 'FILE',
    char: 'f',
    description: 'File, folder or URL of the object to exec into',
  },
  'pod-running-timeout': {
    type: 'string',
    value: 'TIME',
    default: '1m0s',
    description: 'How long to wait until a pod is running (5s, 2m, 3h)',
  },
} as const satisfies Record<string, ExecFlag>

export const AUDIT_FLAGS = {
  reason: {
    type: 'string',
    value: 'TEXT',
    env: 'KUBE_AUDIT_EXEC_REASON',
    description: 'Why this session is needed; goes on the record',
  },
  collector: {
    type: 'string',
    env: 'KUBE_AUDIT_EXEC_COLLECTOR',
    options: COLLECTOR_CHOICES,
    default: 'auto',
    description: "Who records: the cluster's collector, or the local one in this program; auto prefers the cluster's",
  },
  record: {
    type: 'string',
    env: 'KUBE_AUDIT_EXEC_RECORD',
    options: ['Input', 'InputOutput'],
    default: 'InputOutput',
    description: 'What to record; a cluster’s collector may ask for more',
  },
  'log-dir': {
    type: 'string',
    value: 'FOLDER',
    env: 'KUBE_AUDIT_EXEC_LOG_DIR',
    description: "The local collector's folder",
  },
} as const satisfies Record<string, ExecFlag>

export const EXEC_FLAGS: Readonly<Record<string, ExecFlag>> = {
  ...KUBECTL_EXEC_FLAGS,
  ...AUDIT_FLAGS,
  ...CONNECTION_FLAGS,
}
