/** What the user is told about a session, on stderr, before and after it. */
import type { KubeConnection } from '../kube/connection.ts'
import { describeFault } from '../protocol/fault.ts'
import type { Ending } from './ending.ts'
import type { ExecInvocation } from './invocation.ts'
import type { Recording } from './recording.ts'
import type { Terminal } from './terminal.ts'
import { showTitle } from './title.ts'

interface Announced {
  readonly recording: Recording
  readonly invocation: ExecInvocation
  readonly terminal: Terminal
}

/** On a terminal: where the session goes, and that it is recorded. The local collector always says so. */
export function announce({ connection, recording, invocation, terminal }: Announced & HasConnection): void {
  if (invocation.quiet) return
  const { target } = recording.opening
  if (recording.notice !== undefined) terminal.say(recording.notice)
  if (target.tty) {
    const { contextName } = connection.resolved
    const context = contextName === '' ? '' : `context ${contextName}, `
    terminal.say(`${context}namespace ${target.namespace}, pod ${target.pod}, container ${target.container}`)
    showTitle(terminal.stdoutFd, { target, context: contextName, env: process.env })
  }
  const { folder, connector, id } = recording
  if (folder !== undefined) {
    const why = invocation.collector === 'local' ? '--collector=local' : 'this cluster has no collector'
    terminal.say(`recording on this machine only (${why}): ${folder}`)
  } else if (target.tty) terminal.say(`recording to ${connector.place} as session ${id}`)
}

interface HasConnection {
  readonly connection: KubeConnection
}

/** Why it failed, and after a local session on a terminal how to read its record. */
export function conclude({ ending, recording, invocation, terminal }: Announced & { ending: Ending }): void {
  if (ending.notice !== undefined) terminal.say(ending.notice)
  if (ending.fault !== undefined) terminal.say(describeFault(ending.fault))
  if (invocation.quiet || !recording.opening.target.tty) return
  const { folder, id } = recording
  if (folder === undefined) terminal.say(`recorded as session ${id}`)
  else {
    // Without a word on where it lies a cluster would be asked that never heard of it.
    const place = invocation.logDir === undefined ? '--local' : `--log ${folder}`
    terminal.say(`recorded; read it with: kube-audit-exec sessions show ${id} ${place}`)
  }
}
