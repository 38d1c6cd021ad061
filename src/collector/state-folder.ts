import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { SessionId } from '../protocol/session-id.ts'

/** Where this program keeps what it records itself: `$XDG_STATE_HOME/kube-audit-exec`, as the XDG base directories say. */
export function stateFolder(env: NodeJS.ProcessEnv): string {
  const state = env.XDG_STATE_HOME
  // The specification: a relative path in the variable is to be ignored.
  return join(state !== undefined && isAbsolute(state) ? state : join(homedir(), '.local', 'state'), 'kube-audit-exec')
}

/** The folder of one local session. */
export const localSessionFolder = (env: NodeJS.ProcessEnv, { id, root }: { id: SessionId; root?: string }): string =>
  join(root ?? join(stateFolder(env), 'sessions'), id)
