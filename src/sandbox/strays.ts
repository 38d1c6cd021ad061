import { readdirSync, readFileSync } from 'node:fs'

/** Set in the environment of every shell of a sandbox, with the sandbox's own id, so that all it started can be found. */
export const SANDBOX_VARIABLE = 'KUBE_AUDIT_EXEC_SANDBOX'

/**
 * Ends what shells left behind: background jobs, daemons with a session of their own. The containers' end would end them
 * in a cluster. Only Linux shows the environments of processes; elsewhere strays outlive the sandbox.
 */
export function killStrays(id: string): void {
  if (process.platform !== 'linux') return
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name) && isOurs(name, id)) end(Number(name))
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // ESRCH: it ended by itself.
  }
}

function isOurs(pid: string, id: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${SANDBOX_VARIABLE}=${id}`)
  } catch {
    // Ended meanwhile, or somebody else's.
    return false
  }
}
