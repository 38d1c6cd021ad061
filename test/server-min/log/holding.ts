import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { SessionId } from '../../../src/protocol/session-id.ts'

/** A process that holds a log and appends to one session of it until it is killed. */
export interface Holder {
  readonly session: SessionId
  readonly child: ChildProcess
  kill(): Promise<void>
}

/** Resolves when the session's first record is durable. */
export async function startHolder(folder: string): Promise<Holder> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'holder.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const [session] = (await once(createInterface(child.stdout), 'line')) as [SessionId]
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
  }
  return { session, child, kill }
}
