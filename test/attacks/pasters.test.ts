import { expect, test } from 'vitest'
import { draft, newId, openHello } from '../server-min/rig/client.ts'
import { ServerRig } from '../server-min/rig/server.ts'

const MIB = 1024 * 1024
const PIECE = 64 * 1024
const CLIENTS = 40
const PIECES = (4 * MIB) / PIECE
/** Of all sessions together, see server-min/ingest/registry.ts. */
const UNACKED = 128 * MIB

test('many who paste while the disk hangs fill the collector up to its limit alone, and lose nothing', {
  timeout: 60_000,
}, async () => {
  await using rig = await ServerRig.start()
  const clients = []
  for (let count = 0; count < CLIENTS; count += 1) {
    const client = await rig.attach(newId(), { headers: { 'X-Remote-User': 'bob' }, hello: openHello() })
    await client.next('opened')
    clients.push(client)
  }
  const queued = async (): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${rig.server.metricsPort}/metrics`)).text()
    return Number(/^kube_audit_exec_queue_bytes (\S+)$/m.exec(text)?.[1])
  }
  const release = rig.log.hold()
  const piece = Buffer.alloc(PIECE, 'x')
  for (let seq = 1; seq <= PIECES; seq += 1) for (const client of clients) client.append(seq, draft('input', piece))
  let [before, now] = [-1, 0]
  // Until nothing more comes in.
  while (now !== before || now < UNACKED / 2) {
    before = now
    await new Promise((resolve) => setTimeout(resolve, 200))
    now = await queued()
  }
  expect(now).toBeLessThanOrEqual(UNACKED + PIECE)
  expect(now).toBeLessThan(CLIENTS * PIECES * PIECE)
  release()
  for (const client of clients) for (let acked = 0; acked < PIECES; ) acked = (await client.next('ack')).seq
  expect(await queued()).toBe(0)
})
