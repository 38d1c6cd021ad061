/** One audited exec, from what the user asked for to the exit status. */
import { randomBytes } from 'node:crypto'
import { type KubeConnection, openConnection } from '../kube/connection.ts'
import { loadConnection } from '../kube/load.ts'
import { apiPath } from '../kube/request-path.ts'
import { openWebSocket } from '../kube/web-socket.ts'
import { EXEC_SUBPROTOCOLS } from '../protocol/channel.ts'
import { describeFault, type Fault, isFault } from '../protocol/fault.ts'
import { makeSessionId } from '../protocol/session-id.ts'
import { announce, conclude } from './announcements.ts'
import { type Ending, endingOf } from './ending.ts'
import { execFailure } from './exec-failure.ts'
import type { ExecInvocation } from './invocation.ts'
import { PROGRAM } from './program.ts'
import { openRecording, type Recording } from './recording.ts'
import { Session } from './session.ts'
import { execQuery, resolveTarget, type Target } from './target.ts'
import { processTerminal, type Terminal } from './terminal.ts'

/** Covers admission, the kubelet's connection and the container runtime's start of the command. */
const EXEC_TIMEOUT_MS = 60_000

/**
 * Runs the exec and resolves with its exit status: the remote command's, else kubectl's for that failure.
 * @throws Fault where nothing was run
 */
export async function runExec(invocation: ExecInvocation, terminal: Terminal = processTerminal): Promise<number> {
  let reading = false
  const connection = openConnection(loadConnection(invocation.connection, { env: process.env }), {
    version: PROGRAM.version,
    // A credential plugin that runs again in the middle of a session must not take what is typed.
    stdinFree: () => !reading,
  })
  try {
    dialAhead(connection)
    const target = await resolveTarget(connection, invocation)
    if (target.notice !== undefined && !invocation.quiet) terminal.say(target.notice)
    const id = makeSessionId(Date.now(), randomBytes(10))
    const recording = await openRecording(connection, { id, target: target.target, invocation })
    reading = target.target.stdin
    try {
      announce({ connection, recording, target: target.target, invocation, terminal })
      const ending = await runRecorded({ connection, recording, target, terminal })
      conclude({ ending, recording, target: target.target, invocation, terminal })
      return ending.exit
    } finally {
      recording.stream.abandon()
      await recording.connector.close()
    }
  } finally {
    connection.close()
  }
}

/** One socket for the session stream and one for the exec, while the pod is being looked up. */
function dialAhead(connection: KubeConnection): void {
  // What goes wrong here goes wrong again, and is reported, where the socket is used.
  const ignore = (): void => {}
  connection.warm().catch(ignore)
  connection.warm().catch(ignore)
}

interface RecordedExec {
  readonly connection: KubeConnection
  readonly recording: Recording
  readonly target: Target
  readonly terminal: Terminal
}

async function runRecorded({ connection, recording, target, terminal }: RecordedExec): Promise<Ending> {
  const { stream, settings, opening } = recording
  const session = new Session({ stream, settings, policy: opening.policy, target: target.target, terminal })
  try {
    const ending = endingOf(await session.run(await openExec(connection, recording, target)), target.shell)
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

async function openExec(connection: KubeConnection, { id }: Recording, { target }: Target) {
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
