import { describe, expect, test } from 'vitest'
import { BackPressure, type Holdable } from '../../../server-min/ingest/back-pressure.ts'
import { serveStream } from '../../../server-min/ingest/greeting.ts'
import { Registry } from '../../../server-min/ingest/registry.ts'
import { memoryPipes } from '../../../src/protocol/pipe.ts'
import { MemoryLog } from '../../rig/memory-log.ts'
import { ALICE, draft, newId, openHello, TestClient } from '../rig/client.ts'

const KIB = 1024
const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

class Sender implements Holdable {
  readonly #pressure: () => BackPressure
  unacked = 0
  held = false

  constructor(pressure: () => BackPressure) {
    this.#pressure = pressure
  }

  hold(yes: boolean): void {
    this.held = yes
  }

  send(cost: number): void {
    this.unacked += cost
    this.#pressure().taken(this, cost)
  }

  acked(cost = this.unacked): void {
    this.unacked -= cost
    this.#pressure().settled(this, cost)
  }
}

function bench(limit: number, count: number) {
  const senders: Sender[] = Array.from({ length: count }, () => new Sender(() => pressure))
  const pressure: BackPressure = new BackPressure(limit, () => senders)
  const of = (index: number): Sender => senders[index]!
  return { pressure, senders, of, held: () => senders.flatMap(({ held }, index) => (held ? [index] : [])) }
}

describe('What all sessions together have on the way', () => {
  test('holds nobody while it is little', () => {
    const { of, held } = bench(1000, 3)
    of(0).send(400)
    of(1).send(99)
    expect(held()).toEqual([])
  })

  test('holds those who have more than their share of it first', async () => {
    const { of, held } = bench(1000, 3)
    of(0).send(400)
    of(1).send(1)
    of(0).send(150)
    of(2).send(1)
    expect(held()).toEqual([0])
    of(0).acked(400)
    await nextTurn()
    expect(held()).toEqual([])
  })

  test('holds all at its limit, those who send nothing too, until a quarter is free', async () => {
    const { of, held } = bench(1000, 4)
    for (const index of [0, 1, 2]) of(index).send(334)
    expect(held()).toEqual([0, 1, 2, 3])
    of(0).acked(200)
    await nextTurn()
    expect(held()).toEqual([0, 1, 2, 3])
    of(0).acked()
    await nextTurn()
    expect(held()).toEqual([1, 2])
    of(1).acked()
    of(2).acked()
    await nextTurn()
    expect(held()).toEqual([])
  })

  test('holds a session that comes, or comes back, while all are held', () => {
    const { pressure, of } = bench(1000, 1)
    of(0).send(1000)
    const late = new Sender(() => pressure)
    pressure.joined(late)
    expect(late.held).toBe(true)
    of(0).held = false
    pressure.joined(of(0))
    expect(of(0).held).toBe(true)
  })
})

describe('A collector whose disk does not answer', () => {
  const PIECE = 16 * KIB
  const UNACKED = 256 * KIB

  async function collector() {
    const log = new MemoryLog()
    const policy = { capture: 'client', record: 'InputOutput', durability: 'Strict' } as const
    const limits = { bytes: 1024 * KIB, records: 100 }
    const rest = { observe: () => {}, policy, limits, resumeMs: 30_000, maxSessions: 100 }
    const registry = new Registry({ log, ...rest, unackedBytes: UNACKED })
    const open = async () => {
      const [here, there] = memoryPipes()
      const arrival = { id: newId(), identity: ALICE, authentication: 'request-header' } as const
      serveStream(there, { ...arrival, hello: openHello() }, registry)
      const client = new TestClient(here)
      await client.next('opened')
      return client
    }
    return { log, registry, open }
  }

  test('takes from many pasting clients no more than it may hold, and all of it in the end', async () => {
    const { log, registry, open } = await collector()
    const clients = await Promise.all(Array.from({ length: 20 }, open))
    const release = log.hold()
    for (let seq = 1; seq <= 10; seq += 1)
      for (const client of clients) client.append(seq, draft('input', Buffer.alloc(PIECE)))
    await nextTurn()
    expect(registry.pressure.total).toBeGreaterThan(UNACKED / 2)
    expect(registry.pressure.total).toBeLessThanOrEqual(UNACKED + PIECE + KIB)
    release()
    for (const client of clients) {
      let acked = 0
      while (acked < 10) acked = (await client.next('ack')).seq
    }
    expect(registry.pressure.total).toBe(0)
  })

  test('lets those who type go on while others paste', async () => {
    const { log, registry, open } = await collector()
    const [paster, typist] = [await open(), await open()]
    const release = log.hold()
    for (let seq = 1; seq <= 20; seq += 1) paster.append(seq, draft('input', Buffer.alloc(PIECE)))
    await nextTurn()
    const before = registry.pressure.total
    typist.append(1, draft('input', 'l'))
    await nextTurn()
    expect(registry.pressure.total).toBeGreaterThan(before)
    release()
    expect((await typist.next('ack')).seq).toBe(1)
    let acked = 0
    while (acked < 20) acked = (await paster.next('ack')).seq
  })
})
