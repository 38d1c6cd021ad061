import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { run } from '../../e2e/rig/program.ts'
import { inputOf, recordedSession } from '../../e2e/rig/recordings.ts'
import { TerminalRun } from '../../e2e/rig/terminal.ts'
import { type Cluster, useCluster } from '../cluster.ts'
import { run as runTool } from '../run.ts'
import { until } from '../wait.ts'
import { type Installed, installServer, isAvailable } from './installed.ts'
import { newReason, type Person, person } from './rig/person.ts'

let cluster: Cluster
let installed: Installed
let alice: Person
let mounted = false

/** A file system of its own, small enough to be filled. */
async function onSmallDisk(logFolder: string): Promise<() => Promise<void>> {
  mkdirSync(logFolder, { mode: 0o700 })
  const mount = ['-t', 'tmpfs', '-o', 'size=600m,mode=700', 'tmpfs', logFolder]
  mounted = (await runTool('mount', mount)).status === 0
  return async () => {
    if (mounted) await runTool('umount', [logFolder])
  }
}

beforeAll(async () => {
  cluster = await useCluster()
  installed = await installServer(cluster, { prepareLog: onSmallDisk })
  alice = person(installed, 'alice')
})
afterAll(async () => {
  await installed?.dispose()
})
beforeEach(({ skip }) => {
  if (!mounted) skip('this machine does not let a test mount a file system')
})

const ballast = (): string => join(installed.logFolder, 'ballast')
const recordingIsReady = async (): Promise<boolean> => {
  const { metricsPort } = installed.server
  return (await fetch(`http://127.0.0.1:${metricsPort}/readyz/recording`)).ok
}
const echo = () => run(alice.plugin('web-0', '--', 'echo', 'hi'), { env: alice.env })

async function fill(leaveBytes: number): Promise<void> {
  const { bavail, bsize } = statfsSync(installed.logFolder)
  writeFileSync(ballast(), Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)))
}

test('a disk that is nearly full takes no new session, and the open one goes on', async () => {
  const reason = newReason()
  await using terminal = new TerminalRun(alice.plugin('-it', 'web-0', '--reason', reason, '--', 'sh'), alice)
  await terminal.until('/ # ')
  await fill(100 * 1024 * 1024)
  await until({ what: 'the server to notice', seconds: 20 }, async () => !(await recordingIsReady()))
  const { status, stdout, stderr } = await echo()
  expect({ status, stdout: stdout.toString() }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toContain('(KAE_LOG_DISK_FULL)')
  terminal.type('echo still he""re; exit 3\r')
  await terminal.until('still here')
  expect(await terminal.end()).toMatchObject({ status: 3 })
  expect(inputOf(await recordedSession(installed.logFolder, reason)).toString()).toContain('echo still he""re')
})

test('while nothing can be recorded the API is served, and namespaces can be deleted', async () => {
  expect(await recordingIsReady()).toBe(false)
  expect(await isAvailable(cluster)).toBe(true)
  const namespace = `kae-e2e-gone-${randomBytes(3).toString('hex')}`
  await cluster.kubectl(['create', 'namespace', namespace])
  const { status, stderr } = await cluster.kubectl(['delete', 'namespace', namespace, '--timeout=60s'])
  expect({ status, stderr }).toMatchObject({ status: 0 })
})

test('a disk that is quite full closes the open session, says why, and leaves the terminal as it was', async () => {
  rmSync(ballast())
  await until({ what: 'the server to notice', seconds: 20 }, recordingIsReady)
  const reason = newReason()
  await using terminal = new TerminalRun(alice.plugin('-it', 'web-0', '--reason', reason, '--', 'sh'), alice)
  await terminal.until('/ # ')
  await fill(0)
  terminal.type('yes | head -c 200000000\r')
  const { status, before, after } = await terminal.end()
  expect(terminal.shown).toContain('(KAE_LOG_DISK_FULL)')
  expect({ status, after }).toEqual({ status: 1, after: before })
  // The client hears of the append that failed; the end is appended behind it, into what is kept for that.
  const ended = async () => (await recordedSession(installed.logFolder, reason)).end
  await until({ what: 'the end to be on record', seconds: 20 }, async () => (await ended()) !== undefined)
  expect(await ended()).toMatchObject({ reason: 'collector-closed' })
})

test('a disk with room again takes sessions again, without a restart', async () => {
  rmSync(ballast())
  await until({ what: 'the server to notice', seconds: 20 }, recordingIsReady)
  expect(await echo()).toMatchObject({ status: 0 })
})
