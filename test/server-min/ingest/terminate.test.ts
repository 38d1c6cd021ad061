import { describe, expect, test } from 'vitest'
import { serveStream } from '../../../server-min/ingest/greeting.ts'
import { Registry } from '../../../server-min/ingest/registry.ts'
import { fault as logFault } from '../../../server-min/log/faults.ts'
import { faultFrom } from '../../../src/collector/refusal.ts'
import type { Hello } from '../../../src/protocol/messages.ts'
import { memoryPipes } from '../../../src/protocol/pipe.ts'
import type { SessionEnd } from '../../../src/protocol/session.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import { MemoryLog } from '../../rig/memory-log.ts'
import { ALICE, draft, endDraft, newId, openHello, TestClient } from '../rig/client.ts'

const WORD = { by: 'carol', reason: 'the change window is over' }
const LIMITS = { bytes: 1024, records: 16 }

async function live() {
  const log = new MemoryLog()
  const policy = { capture: 'client', record: 'InputOutput', durability: 'Strict' } as const
  const rest = { observe: () => {}, policy, limits: LIMITS, resumeMs: 30_000, maxSessions: 10 }
  const registry = new Registry({ log, ...rest })
  const connect = (id: SessionId, hello: Hello): TestClient => {
    const [here, there] = memoryPipes()
    serveStream(there, { id, identity: ALICE, authentication: 'request-header', hello }, registry)
    return new TestClient(here)
  }
  const id = newId()
  const client = connect(id, openHello())
  await client.next('opened')
  const ending = (): SessionEnd => JSON.parse(log.of(id).at(-1)!.payload.toString())
  return { log, registry, connect, id, client, ending }
}

describe('A session that somebody terminates', () => {
  test('tells its client by whom and why, and has both on record', async () => {
    const { registry, id, client, ending, log } = await live()
    client.append(1, draft('input', 'rm -rf /srv\r'))
    await client.next('ack')
    expect(await registry.terminate(id, WORD)).toBe('terminated')
    expect(log.of(id).at(-1)?.kind).toBe('end')
    expect(ending()).toMatchObject({ reason: 'terminated', by: 'carol', message: WORD.reason, input: { bytes: 12 } })
    const { fault } = await client.next('fault')
    expect(fault.code).toBe('KAE_SESSION_TERMINATED')
    expect(fault.message).toContain('by carol: the change window is over')
    expect(fault.next).toContain('may still run')
    expect(faultFrom(fault)).toMatchObject({ code: 'KAE_SESSION_TERMINATED', exit: 77 })
  })

  test('is closed at once, and terminated only when that is durable', async () => {
    const { log, registry, id, client } = await live()
    const release = log.hold()
    let durable = false
    const terminated = registry.terminate(id, WORD).then(() => {
      durable = true
    })
    expect(await client.refused()).toBe('KAE_SESSION_TERMINATED')
    expect(durable).toBe(false)
    release()
    await terminated
  })

  test('tells a client that was away the same when it comes back', async () => {
    const { registry, connect, id, client, log } = await live()
    const head = log.head(id)!.hash.toString('hex')
    client.pipe.close(1006, '')
    await registry.terminate(id, WORD)
    expect(await connect(id, { resume: { seq: 0, head } }).refused()).toBe('KAE_SESSION_TERMINATED')
  })

  test('is not terminated a second time, and not after its own end', async () => {
    const [twice, own] = [await live(), await live()]
    const both = await Promise.all([twice.registry.terminate(twice.id, WORD), twice.registry.terminate(twice.id, WORD)])
    expect(both).toEqual(['terminated', 'ended'])
    expect(twice.log.of(twice.id).map(({ kind }) => kind)).toEqual(['open', 'end'])
    own.client.append(1, endDraft())
    await own.client.next('ack')
    expect(await own.registry.terminate(own.id, WORD)).toBe('ended')
    expect(await own.registry.terminate(newId(), WORD)).toBe('unknown')
  })

  test('is not called terminated where the log does not take its end', async () => {
    const { log, registry, id } = await live()
    log.refuse(() => logFault('KAE_LOG_DISK_FULL'))
    await expect(registry.terminate(id, WORD)).rejects.toMatchObject({ code: 'KAE_LOG_DISK_FULL' })
  })

  test('cannot be feigned by its own client', async () => {
    const { client } = await live()
    const end = { version: 1, reason: 'terminated', by: 'carol', input: { bytes: 0 }, durationMs: 1 }
    client.append(1, draft('end', JSON.stringify(end)))
    expect(await client.refused()).toBe('KAE_STREAM_VIOLATION')
  })
})
