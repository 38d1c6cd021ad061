/** One audited exec over a connection: find the target, open the recording, run, conclude. */
import type { KubeConnection } from '../kube/connection.ts'
import { describeFault, type Fault, isFault } from '../protocol/fault.ts'
import { announce, conclude } from './announcements.ts'
import { avoidHangAtExit } from './compiler.ts'
import { type Ending, endingOf } from './ending.ts'
import { ExecAhead, mayGoAhead, upgradeExec } from './exec-ahead.ts'
import { execFailure } from './exec-failure.ts'
import type { ExecInvocation } from './invocation.ts'
import { makeFreshId, openRecording, type Recording, type RecordingRequest } from './recording.ts'
import { Session } from './session.ts'
import { nameTarget } from './target.ts'
import type { Terminal } from './terminal.ts'

const CLOSED_AGAIN = 'a shell that was asked for meanwhile is closed again; nothing was typed into it'

export interface AuditedExec {
  readonly connection: KubeConnection
  readonly invocation: ExecInvocation
  readonly terminal: Terminal
  /** Told before the session begins whether it reads stdin. */
  readonly onSession: (readsStdin: boolean) => void
}

/** Resolves with the exit status. @throws Fault where nothing was run */
export async function auditedExec({ connection, invocation, terminal, onSession }: AuditedExec): Promise<number> {
  // Here and not where this file is loaded from: a dynamic import of its own would be one file more on the way.
  avoidHangAtExit()
  const named = await nameTarget(connection, invocation)
  const id = makeFreshId()
  const opening = openRecording(connection, { id, named, invocation })
  const ahead = goAhead(connection, { id, named, invocation })
  const recording = await opening.catch((error: unknown) => {
    if (ahead?.abandon() === true) terminal.say(CLOSED_AGAIN)
    throw error
  })
  try {
    const { target } = recording.opening
    onSession(target.stdin)
    announce({ connection, recording, invocation, terminal })
    const ending = await runRecorded({ connection, recording, terminal, shell: named.shell, ahead })
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
  readonly ahead: ExecAhead | undefined
}

async function runRecorded({ connection, recording, terminal, shell, ahead }: RecordedExec): Promise<Ending> {
  const { stream, settings, opening } = recording
  const { policy, target } = opening
  const session = new Session({ stream, settings, policy, target, terminal })
  try {
    const ending = endingOf(await session.run(await openExec(connection, recording, ahead)), shell)
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

async function openExec(connection: KubeConnection, recording: Recording, ahead: ExecAhead | undefined) {
  const { id, opening } = recording
  const upgrade = (await ahead?.answer()) ?? (await upgradeExec(connection, { id, target: opening.target }))
  if (upgrade.type === 'refused') throw execFailure(upgrade.refusal)
  return upgrade.socket
}

/** Right behind the session's own request, on the second connection that was dialled. */
function goAhead(connection: KubeConnection, { id, named, invocation }: RecordingRequest): ExecAhead | undefined {
  const { requested } = named
  if (invocation.collector === 'local' || !mayGoAhead(requested)) return undefined
  return new ExecAhead(connection, { id, target: requested })
}

const failureOf = (work: Promise<void>): Promise<Fault | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => {
      if (isFault(error)) return error
      throw error
    },
  )
