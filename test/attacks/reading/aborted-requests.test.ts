/** Whoever stops waiting must neither harm what comes later over the same connection nor leave anything behind. */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { type KubeConnection, openConnection } from '../../../src/kube/connection.ts'
import { loadConnection } from '../../../src/kube/load.ts'

async function connected(answer: (path: string, response: ServerResponse) => void) {
  const sockets = new Set<unknown>()
  const server = createServer((request, response) => {
    sockets.add(request.socket)
    answer(request.url ?? '', response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const connection: KubeConnection = openConnection(loadConnection({ server: url }, { env: { HOME: '/nowhere' } }))
  return {
    connection,
    sockets,
    [Symbol.asyncDispose]: async () => {
      connection.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const json = (response: ServerResponse, text: string): void =>
  void response.writeHead(200, { 'Content-Type': 'application/json' }).end(text)

async function uncaught(during: () => Promise<unknown>): Promise<unknown[]> {
  const errors: unknown[] = []
  const note = (error: unknown): void => void errors.push(error)
  const before = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', note)
  try {
    await during()
    await new Promise((resolve) => setImmediate(resolve))
  } finally {
    process.off('uncaughtException', note)
    for (const listener of before) process.on('uncaughtException', listener)
  }
  return errors
}

test('an abort after the answer does nothing: neither an error, nor to the next request on that socket', async () => {
  let second: ServerResponse | undefined
  await using served = await connected((path, response) => {
    if (path === '/second') second = response
    else json(response, '{"n":1}')
  })
  const { connection, sockets } = served
  const abort = new AbortController()
  await connection.getJson('/first', { signal: abort.signal })
  const errors = await uncaught(async () => {
    const later = connection.getJson('/second')
    await expect.poll(() => second !== undefined).toBe(true)
    abort.abort()
    await new Promise((resolve) => setImmediate(resolve))
    json(second as ServerResponse, '{"n":2}')
    expect(await later).toEqual({ n: 2 })
  })
  expect({ errors, sockets: sockets.size }).toEqual({ errors: [], sockets: 1 })
})

test('an abort while the socket lies idle is no error', async () => {
  await using served = await connected((_path, response) => json(response, '{}'))
  const abort = new AbortController()
  await served.connection.getJson('/', { signal: abort.signal })
  await new Promise((resolve) => setImmediate(resolve))
  expect(await uncaught(async () => abort.abort())).toEqual([])
  await served.connection.getJson('/')
  expect(served.sockets.size).toBe(1)
})

test('an abort in the middle of the body ends the wait for it', async () => {
  await using served = await connected((_path, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"n":')
  })
  const abort = new AbortController()
  const response = await served.connection.open({ path: '/', signal: abort.signal })
  const read = response.toArray()
  abort.abort()
  await expect(read).rejects.toMatchObject({ name: 'AbortError' })
})

test('many requests under one signal leave no listener behind', async () => {
  await using served = await connected((_path, response) => json(response, '{}'))
  const { signal } = new AbortController()
  const added = new Set<unknown>()
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  Object.assign(signal, {
    addEventListener: (type: string, each: () => void, ...rest: []) => {
      added.add(each)
      add(type, each, ...rest)
    },
    removeEventListener: (type: string, each: () => void) => {
      added.delete(each)
      remove(type, each)
    },
  })
  for (let n = 0; n < 20; n += 1) await served.connection.getJson('/', { signal })
  await expect.poll(() => added.size).toBe(0)
})
