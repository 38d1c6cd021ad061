/** One audited exec over a connection: find the target, open the recording, run, conclude. */
import type { KubeConnection } from '../kube/connection.ts'
import { apiPath } from '../kube/request-path.ts'
import { openWebSocket } from '../kube/web-socket.ts'
import { EXEC_SUBPROTOCOLS } from '../protocol/channel.ts'
import { describeFault, type Fault, isFault } from '../protocol/fault.ts'
import { announce, conclude } from './announcements.ts'
import { type Ending, endingOf } from './ending.ts'
import { execFailure } from './exec-failure.ts'
import type { ExecInvocation } from './invocation.ts'
import { openRecording, type Recording } from './recording.ts'
import { Session } from './session.ts'
import { execQuery, nameTarget } from './target.ts'
import type { Terminal } from './terminal.ts'

/** Covers admission, the kubelet's connection and the container runtime's start of the command. */
const EXEC_TIMEOUT_MS = 60_000

export interface AuditedExec {
  readonly connection: KubeConnection
  readonly invocation: ExecInvocation
  readonly terminal: Terminal
  /** Told before the session begins whether it reads stdin. */
  readonly onSession: (readsStdin: boolean) => void
}

/** Resolves with the exit status. @throws Fault where nothing was run */
export async function auditedExec({ connection, invocation, terminal, onSession }: AuditedExec): Promise<number> {
  const named = await nameTarget(connection, invocation)
  const recording = await openRecording(connection, { named, invocation })
  try {
    const { target } = recording.opening
    onSession(target.stdin)
    announce({ connection, recording, invocation, terminal })
    const ending = await runRecorded({ connection, recording, terminal, shell: named.shell })
    conclude({ ending, recording, invocation, terminal })
    return ending.exit
  } finally {
    recording.stream.abandon()
    await recording.connector.close()
  }
}

interface RecordedExec {
  readonly connection: KubeConnection
  readonly recording: Recording
  readonly terminal: Terminal
  readonly shell: boolean
}

async function runRecorded({ connection, recording, terminal, shell }: RecordedExec): Promise<Ending> {
  const { stream, settings, opening } = recording
  const { policy, target } = opening
  const session = new Session({ stream, settings, policy, target, terminal })
  try {
    const ending = endingOf(await session.run(await openExec(connection, recording)), shell)
    if (ending.end === undefined) return ending
    const unrecorded = await failureOf(session.end(ending.end))
    return unrecorded === undefined ? ending : { ...ending, fault: ending.fault ?? unrecorded }
  } catch (error) {
    const message = isFault(error) ? error.message : 'an internal error'
    const unrecorded = await failureOf(session.end({ reason: 'exec-failed', message }))
    if (unrecorded !== undefined) terminal.say(describeFault(unrecorded))
    throw error
  }
}

async function openExec(connection: KubeConnection, { id, opening: { target } }: Recording) {
  const upgrade = await openWebSocket(connection, {
    path: apiPath`/api/v1/namespaces/${target.namespace}/pods/${target.pod}/exec`,
    query: execQuery(target),
    protocols: EXEC_SUBPROTOCOLS,
    headers: { 'Audit-ID': id },
    timeoutMs: EXEC_TIMEOUT_MS,
  })
  if (upgrade.type === 'refused') throw execFailure(upgrade.refusal)
  return upgrade.socket
}

const failureOf = (work: Promise<void>): Promise<Fault | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => {
      if (isFault(error)) return error
      throw error
    },
  )
