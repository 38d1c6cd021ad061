import type { ConnectionFlags } from '../kube/flags.ts'
import type { RecordMode } from '../protocol/session.ts'

/** Where a session is recorded: `auto` takes the cluster's collector where there is one, else the one in this program. */
export const COLLECTOR_CHOICES = ['auto', 'cluster', 'local'] as const
export type CollectorChoice = (typeof COLLECTOR_CHOICES)[number]

/** One audited exec, as the command line asks for it. */
export interface ExecInvocation {
  readonly connection: ConnectionFlags
  /** `POD` or `TYPE/NAME`; absent where `filename` names the object. */
  readonly resource: string | undefined
  readonly filename?: string
  readonly container?: string
  /** Empty: the best shell that the container has, on a terminal. */
  readonly command: readonly string[]
  readonly stdin: boolean
  readonly tty: boolean
  readonly quiet: boolean
  readonly podRunningTimeoutMs: number
  readonly reason?: string
  readonly collector: CollectorChoice
  readonly record: RecordMode
  /** The local collector's folder, where it is not the default one. */
  readonly logDir?: string
}
