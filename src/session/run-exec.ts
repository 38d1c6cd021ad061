/** The door of this room, on the way to the first prompt: the API server is dialled before the rest is loaded. */
import { openConnection } from '../kube/connection.ts'
import { loadConnection } from '../kube/load.ts'
import type { ExecInvocation } from './invocation.ts'
import { PROGRAM } from './program.ts'
import { processTerminal, type Terminal } from './terminal.ts'

/**
 * Runs one audited exec and resolves with its exit status: the remote command's, else kubectl's for that failure.
 * @throws Fault where nothing was run
 */
export async function runExec(invocation: ExecInvocation, terminal: Terminal = processTerminal): Promise<number> {
  let reading = false
  const connection = openConnection(loadConnection(invocation.connection, { env: process.env }), {
    version: PROGRAM.version,
    // A credential plugin that runs again in the middle of a session must not take what is typed.
    stdinFree: () => !reading,
  })
  // One socket for the session stream and one for the exec. What goes wrong here goes wrong again, and is reported,
  // where the socket is used.
  for (let socket = 0; socket < 2; socket++) connection.warm().catch(() => {})
  try {
    const { auditedExec } = await import('./audited-exec.ts')
    const onSession = (readsStdin: boolean): void => {
      reading = readsStdin
    }
    return await auditedExec({ connection, invocation, terminal, onSession })
  } finally {
    connection.close()
  }
}
