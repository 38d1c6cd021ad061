/** What the user is told about a session, on stderr, before and after it. */
import type { KubeConnection } from '../kube/connection.ts'
import { describeFault } from '../protocol/fault.ts'
import type { ExecTarget } from '../protocol/session.ts'
import type { Ending } from './ending.ts'
import type { ExecInvocation } from './invocation.ts'
import type { Recording } from './recording.ts'
import type { Terminal } from './terminal.ts'

interface Announced {
  readonly recording: Recording
  readonly target: ExecTarget
  readonly invocation: ExecInvocation
  readonly terminal: Terminal
}

/** On a terminal: where the session goes, and that it is recorded. The local collector always says so. */
export function announce({
  connection,
  recording,
  target,
  invocation,
  terminal,
}: Announced & { connection: KubeConnection }): void {
  if (invocation.quiet) return
  const { contextName, namespace } = connection.resolved
  if (target.tty) {
    const context = contextName === '' ? '' : `context ${contextName}, `
    terminal.say(
      `${context}namespace ${target.namespace ?? namespace}, pod ${target.pod}, container ${target.container}`,
    )
  }
  if (recording.folder !== undefined) {
    terminal.say(`recorded on this machine only, by this program (no collector in the cluster): ${recording.folder}`)
  } else if (target.tty) {
    terminal.say(`recorded by ${recording.connector.place} as session ${recording.id}`)
  }
}

/** Why it failed, and after a session on a terminal how to read its record. */
export function conclude({ ending, recording, target, invocation, terminal }: Announced & { ending: Ending }): void {
  if (ending.notice !== undefined) terminal.say(ending.notice)
  if (ending.fault !== undefined) terminal.say(describeFault(ending.fault))
  if (invocation.quiet || !target.tty) return
  const where = recording.folder === undefined ? '' : ` --log ${recording.folder}`
  terminal.say(`read it: kube-audit-exec sessions log ${recording.id}${where}`)
}
