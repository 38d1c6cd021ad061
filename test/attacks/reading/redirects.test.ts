/** A server that sends its clients elsewhere: no request follows, and so no credentials. */
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openConnection } from '../../../src/kube/connection.ts'
import { loadConnection } from '../../../src/kube/load.ts'
import { openWebSocket } from '../../../src/kube/web-socket.ts'
import { openClusterLibrary } from '../../../src/reading/cluster/cluster-library.ts'
import { ID } from '../../reading/rig.ts'

let there: Server
let here: Server
let seen: (string | undefined)[] = []
let status = 302

const portOf = (server: Server): number => (server.address() as AddressInfo).port

async function listening(answer: RequestListener, upgrade: (socket: Duplex, url: string) => void): Promise<Server> {
  const server = createServer(answer).on('upgrade', ({ url = '' }, socket) => upgrade(socket, url))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return server
}

beforeAll(async () => {
  there = await listening(
    ({ url }, response) => {
      seen.push(url)
      response.end('{}')
    },
    (socket, url) => {
      seen.push(url)
      socket.destroy()
    },
  )
  const elsewhere = (url: string | undefined): string => `http://127.0.0.1:${portOf(there)}${url}`
  here = await listening(
    ({ url }, response) => response.writeHead(status, { Location: elsewhere(url) }).end(),
    (socket, url) => socket.end(`HTTP/1.1 ${status} X\r\nLocation: ${elsewhere(url)}\r\nContent-Length: 0\r\n\r\n`),
  )
})
afterAll(() => {
  for (const server of [there, here]) {
    server.closeAllConnections()
    server.close()
  }
})
beforeEach(() => {
  seen = []
})

test.each([301, 302, 303, 307, 308])('nothing follows a %i', async (code) => {
  status = code
  const flags = { server: `http://127.0.0.1:${portOf(here)}`, token: 'secret' }
  const connection = openConnection(loadConnection(flags, { env: { HOME: '/nowhere' } }))
  await using library = openClusterLibrary(connection, { place: 'x', namespace: 'prod', say: () => undefined })
  const records = library.records(ID)[Symbol.asyncIterator]()
  const watch = library.watch({}, { resourceVersion: '', signal: new AbortController().signal })[Symbol.asyncIterator]()
  const asked = [
    library.list({}, { limit: 1 }),
    library.get(ID),
    library.terminate(ID, 'x'),
    records.next(),
    watch.next(),
  ]
  for (const { status: outcome } of await Promise.allSettled(asked)) expect(outcome).toBe('rejected')
  const upgrade = await openWebSocket(connection, { path: '/x', protocols: ['v5.channel.k8s.io'], timeoutMs: 5000 })
  expect(upgrade).toMatchObject({ type: 'refused', refusal: { status: code } })
  expect(seen).toEqual([])
})
