import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { startLibrary } from '../../../../server-min/library/worker/worker-library.ts'
import { makePlace, openLog, record } from '../rig.ts'

/** Of each thread of this process: proc_pid_stat(5), field 19. */
function priorities(): number[] {
  return readdirSync('/proc/self/task').map((task) => {
    const stat = readFileSync(`/proc/self/task/${task}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
  })
}

it.runIf(process.platform === 'linux')(
  'gives way to whoever acknowledges records, in its own thread alone',
  async () => {
    const before = priorities()
    await using place = await makePlace()
    const log = await openLog(place.folder)
    await record(log, { open: true })
    await using library = startLibrary({ place: 'here', folder: place.folder, log, indexFile: place.indexFile })
    await library.list({}, { limit: 1 })
    const isLower = (nice: number): boolean => nice > Math.max(...before)
    expect(priorities().filter(isLower)).toHaveLength(1)
  },
)
