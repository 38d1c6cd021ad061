/** A server that never comes to an end: pages, bodies, lines. Memory and time are bounded, and it is said what came. */
import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { openConnection } from '../../../src/kube/connection.ts'
import { loadConnection } from '../../../src/kube/load.ts'
import { openWebSocket } from '../../../src/kube/web-socket.ts'
import { CONTENT_TYPE, encodeContentEnd, encodeReadRecord } from '../../../src/protocol/content.ts'
import { refusalBody } from '../../../src/reading/cluster/cluster-faults.ts'
import { clusterRecords } from '../../../src/reading/cluster/cluster-records.ts'
import { sessionsOf } from '../../../src/reading/resolve-session.ts'
import { ID, RECORDS, SESSION, sendJson, serve } from '../../reading/rig.ts'

/** Writes for as long as somebody reads. */
function flood(response: ServerResponse, piece: string): void {
  const chunk = Buffer.from(piece.repeat(Math.ceil(65_536 / piece.length)))
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', more)
  }
  more()
}

const anyJson = { 'Content-Type': 'application/json' }

describe('pages without an end', () => {
  test('that repeat the same continue token are not asked for again and again', async () => {
    await using served = await serve((_url, response) =>
      sendJson(response, { items: [SESSION], metadata: { continue: 'same' } }),
    )
    const all = async (): Promise<number> => {
      let count = 0
      for await (const _ of sessionsOf(served.library, {})) count += 1
      return count
    }
    await expect(all()).rejects.toMatchObject({ code: 'KAE_READING_ANSWER_INVALID' })
    expect(served.asked.length).toBeLessThan(4)
  })

  test('that are empty, each with a new token, are given up', async () => {
    let page = 0
    await using served = await serve((_url, response) => {
      page += 1
      sendJson(response, { items: [], metadata: { continue: `page-${page}` } })
    })
    const first = async (): Promise<unknown> => {
      for await (const session of sessionsOf(served.library, {}, { limit: 1 })) return session
    }
    await expect(first()).rejects.toMatchObject({ code: 'KAE_READING_ANSWER_INVALID' })
  })
})

describe('a body without an end', () => {
  test.each([
    ['a list', (served: Awaited<ReturnType<typeof serve>>) => served.library.list({}, { limit: 1 })],
    ['a session', (served: Awaited<ReturnType<typeof serve>>) => served.library.get(ID)],
  ])(
    'for %s is refused, and its connection with it',
    async (_what, ask) => {
      let closed = false
      await using served = await serve((_url, response) => {
        response.once('close', () => {
          closed = true
        })
        flood(response.writeHead(200, anyJson), ' '.repeat(1024))
      })
      await expect(ask(served)).rejects.toMatchObject({ code: 'KAE_KUBE_NOT_AN_API_SERVER' })
      await expect.poll(() => closed).toBe(true)
    },
    30_000,
  )

  test('of a refusal that is tried again is not read on in the background', async () => {
    let [asked, open] = [0, 0]
    await using served = await serve((_url, response) => {
      asked += 1
      if (asked > 1) return sendJson(response, { items: [], metadata: {} })
      open += 1
      response.once('close', () => {
        open -= 1
      })
      flood(response.writeHead(429, { ...anyJson, 'Retry-After': '0' }), ' '.repeat(1024))
    })
    await served.library.list({}, { limit: 1 })
    await expect.poll(() => open).toBe(0)
  })
})

test('a line without an end in a watch is refused', async () => {
  await using served = await serve((_url, response) => flood(response.writeHead(200, anyJson), 'x'.repeat(1024)))
  const watch = async (): Promise<void> => {
    const { signal } = new AbortController()
    for await (const _ of served.library.watch({}, { resourceVersion: '', signal }));
  }
  await expect(watch()).rejects.toMatchObject({ code: 'KAE_READING_ANSWER_INVALID' })
})

test('a recording whose stream stalls is asked for again from where it stopped', async () => {
  const frames = RECORDS.map(encodeReadRecord)
  const asked: (string | null)[] = []
  await using served = await serve((url, response) => {
    asked.push(url.searchParams.get('fromSeq'))
    response.writeHead(200, { 'Content-Type': CONTENT_TYPE })
    if (asked.length === 1) return void response.write(Buffer.concat(frames.slice(0, 2)))
    response.end(Buffer.concat([...frames.slice(2), encodeContentEnd()]))
  })
  const address = { connection: served.connection, namespace: 'prod', id: ID, silenceMs: 50 }
  const seqs: number[] = []
  for await (const { seq } of clusterRecords(address)) seqs.push(seq)
  expect({ seqs, asked }).toEqual({ seqs: [0, 1, 2, 3], asked: [null, '2'] })
})

test('who leaves does not wait for the next try of a stream that is cut each time', async () => {
  await using served = await serve(
    (_url, response) => void response.writeHead(200, { 'Content-Type': CONTENT_TYPE }).end(),
  )
  const abort = new AbortController()
  const address = { connection: served.connection, namespace: 'prod', id: ID, pausesMs: [10, 1_000_000] }
  const first = clusterRecords(address, { signal: abort.signal }).next()
  await expect.poll(() => served.asked.length).toBe(2)
  abort.abort()
  expect((await first).done).toBe(true)
})

test('a recording without a record is none', async () => {
  await using served = await serve((url, response) => {
    if (!url.pathname.endsWith('/log')) return sendJson(response, SESSION)
    response.writeHead(200, { 'Content-Type': CONTENT_TYPE }).end(encodeContentEnd())
  })
  const records = served.library.records(ID)[Symbol.asyncIterator]()
  await expect(records.next()).rejects.toMatchObject({ code: 'KAE_READING_CHAIN_BROKEN' })
})

describe('a refusal whose words stall', () => {
  test('is a refusal of a stream', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(403, anyJson).write('{"kind":"Status",')
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const response = await new Promise<IncomingMessage>((resolve) => get(urlOf(server), resolve))
    expect((await refusalBody(response, 50)).toString()).toBe('{"kind":"Status",')
    server.closeAllConnections()
    server.close()
  })

  test('is a refusal of an upgrade', async () => {
    const server = createServer()
    server.on('upgrade', (_request, socket) => {
      socket
        .on('error', () => undefined)
        .once('end', () => socket.destroy())
        .resume()
      socket.write('HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"kind":')
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const connection = openConnection(loadConnection({ server: urlOf(server) }, { env: { HOME: '/nowhere' } }))
    const upgrade = await openWebSocket(connection, { path: '/x', protocols: ['v5.channel.k8s.io'], timeoutMs: 100 })
    expect(upgrade).toMatchObject({ type: 'refused', refusal: { status: 403, body: Buffer.from('{"kind":') } })
    connection.close()
    await new Promise((resolve) => server.close(resolve))
  })
})

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
