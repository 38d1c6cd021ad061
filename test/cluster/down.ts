import { rmdirSync, rmSync } from 'node:fs'
import { removeCgroups } from './cgroups.ts'
import { foreignFolder, NETWORK, stateFolder } from './layout.ts'
import { isAlive } from './processes.ts'
import { run } from './run.ts'
import { readState, type State } from './state.ts'
import { restoreSysctls } from './sysctls.ts'
import { until } from './wait.ts'

/** Ends what `up` started and removes what it made, whole or half. Does nothing when there is nothing. */
export async function down(): Promise<void> {
  rmSync(foreignFolder(), { recursive: true, force: true })
  const state = readState()
  if (state === undefined) return
  await endProcesses(state)
  // The link goes with the namespace; only an `up` that broke early leaves its near end behind.
  await run('ip', ['link', 'delete', NETWORK.hostLink])
  // A cgroup is busy until the kernel has buried its last process.
  await until({ what: 'the removal of the cgroups', seconds: 10 }, removeCgroups)
  restoreSysctls(state.sysctls)
  removeFolders(state)
}

/** Ends the namespace's first process, and the kernel all others in it; a process that took an old id is left alone. */
async function endProcesses({ holder, processes }: State): Promise<void> {
  const all = holder ? [holder, ...processes] : processes
  if (holder && isAlive(holder)) process.kill(holder.pid, 'SIGKILL')
  else for (const id of all.filter(isAlive)) process.kill(id.pid, 'SIGKILL')
  await until({ what: 'the end of all processes', seconds: 30 }, () => !all.some(isAlive))
}

function removeFolders({ foreignFolders }: State): void {
  // Something else may have put its things there meanwhile: then they stay.
  for (const folder of foreignFolders) removeIfEmpty(folder)
  rmSync(stateFolder(), { recursive: true, force: true })
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT') throw error
  }
}
