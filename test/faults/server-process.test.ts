import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, test } from 'vitest'
import { openFileLog } from '../../server-min/log/file-log.ts'
import { segmentName } from '../../server-min/log/segment-header.ts'
import { draft, newId, openHello, type TestClient } from '../server-min/rig/client.ts'
import { ServerRig } from '../server-min/rig/server.ts'
import { recordsIn } from './recovered.ts'
import { freePort, serverArgv } from './server-process.ts'
import { runTraced, whyNoStrace } from './strace.ts'

const missing = whyNoStrace()
const why = missing === undefined ? '' : ` (skipped: ${missing})`

/** Waits until the server listens. */
async function opened(rig: ServerRig, port: number): Promise<TestClient> {
  for (;;) {
    const client = await rig.attach(newId(), { port, hello: openHello() }).catch((error: { code?: string }) => error)
    if ('pipe' in client) return client
    if (client.code !== 'ECONNREFUSED') throw client
  }
}

describe.skipIf(missing !== undefined)(`A server whose sync fails${why}`, () => {
  it('says so to its client, syncs that file no more, exits with 1, and recovers by reading', async () => {
    await using rig = await ServerRig.make()
    const folder = join(rig.folder, 'log')
    const segment = join(folder, segmentName(1))
    const port = await freePort()
    // The first sync of the named segment is that of the open record.
    const ended = runTraced({
      argv: serverArgv(rig, folder, port),
      paths: [segment],
      syscalls: ['fdatasync', 'pwrite64', 'fsync'],
      traceFile: join(rig.folder, 'trace'),
      injection: { syscall: 'fdatasync', what: 'error=EIO', when: 2 },
    })
    const client = await opened(rig, port)
    await client.next('opened')
    client.append(1, draft('input', 'never acknowledged', 1))
    expect(await client.refused()).toBe('KAE_LOG_FAILED')
    expect(client.heard.map(({ type }) => type)).toEqual(['opened', 'fault'])
    const { status, calls, stderr } = await ended
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('the log failed') })
    const failed = calls.findIndex(({ injected }) => injected)
    expect(failed).toBeGreaterThan(0)
    expect(calls.slice(failed + 1).map(({ name }) => name)).toEqual([])
    const log = await openFileLog({ folder, now: Date.now, create: false })
    expect(log.unended).toHaveLength(1)
    await log.close()
    expect((await recordsIn(folder))[0]?.kind).toBe('open')
  })
})

test('The second of two servers on one folder exits and names the reason; the first goes on', async () => {
  await using rig = await ServerRig.make()
  const folder = join(rig.folder, 'log')
  await rig.serve({ log: { folder } })
  const client = await rig.attach(newId(), { hello: openHello() })
  await client.next('opened')
  const [command, ...args] = serverArgv(rig, folder, 0)
  const second = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const [stderr, [status]] = await Promise.all([text(second.stderr), once(second, 'exit')])
  expect(status).toBe(1)
  expect(stderr).toContain('(KAE_LOG_LOCKED)')
  client.append(1, draft('input', 'still here', 1))
  expect((await client.next('ack')).seq).toBe(1)
})
