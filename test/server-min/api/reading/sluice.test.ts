import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Outlet } from '../../../../server-min/api/reading/outlet.ts'
import { Sluice } from '../../../../server-min/api/reading/sluice.ts'

let turn: number
let counting: boolean
beforeEach(() => {
  turn = 0
  counting = true
  const count = (): void => {
    turn += 1
    if (counting) setImmediate(count)
  }
  count()
})
afterEach(() => {
  counting = false
})

/** How many went through in each turn of the event loop. */
async function through(sizes: readonly number[]): Promise<{ readonly order: number[]; readonly perTurn: number[] }> {
  const sluice = new Sluice()
  const order: number[] = []
  const perTurn = new Map<number, number>()
  await new Promise<void>((done) => {
    for (const [index, bytes] of sizes.entries())
      sluice.add(() => {
        order.push(index)
        perTurn.set(turn, (perTurn.get(turn) ?? 0) + 1)
        if (order.length === sizes.length) done()
        return bytes
      })
  })
  return { order, perTurn: [...perTurn.values()] }
}

test('a large write has a turn of the event loop to itself, and none is passed over', async () => {
  const { order, perTurn } = await through(Array.from({ length: 10 }, () => 128 * 1024))
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(perTurn).toEqual(Array.from({ length: 10 }, () => 1))
})

test('of small writes a few go together: their system calls take time as well', async () => {
  const { order, perTurn } = await through(Array.from({ length: 10 }, () => 100))
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(perTurn).toEqual([4, 4, 2])
})

test('readers who have much to get at once get it one after another, and all of it', async () => {
  const READERS = 12
  const PIECE = Buffer.alloc(100_000, 'x')
  const writtenIn: number[] = []
  const serve = async (response: ServerResponse): Promise<void> => {
    const outlet = new Outlet(response, { stallMs: 60_000 })
    outlet.start('text/plain')
    const write = response.write.bind(response) as (piece: Buffer) => boolean
    response.write = (piece: unknown) => {
      writtenIn.push(turn)
      return write(piece as Buffer)
    }
    await everybody
    for (let round = 0; round < 3; round += 1) await outlet.push(PIECE)
    await outlet.end()
  }
  const { promise: everybody, resolve: begin } = Promise.withResolvers<void>()
  await using server = createServer((_, response) => void serve(response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const read = async (): Promise<number> => {
    const [response] = (await once(get({ host: '127.0.0.1', port, agent: false }), 'response')) as [IncomingMessage]
    begun += 1
    if (begun === READERS) begin()
    let bytes = 0
    for await (const part of response) bytes += (part as Buffer).length
    return bytes
  }
  let begun = 0
  const got = await Promise.all(Array.from({ length: READERS }, read))
  expect(got).toEqual(Array.from({ length: READERS }, () => 3 * PIECE.length))
  expect(writtenIn).toHaveLength(3 * READERS)
  expect(new Set(writtenIn).size).toBe(writtenIn.length)
})
