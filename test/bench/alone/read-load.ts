/**
 * A process that reads recordings as it is told: `read-load.ts JSON(LoadPlace)`. Orders come as JSON lines on stdin,
 * answers go as JSON lines to stdout. It ends with its stdin.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { createInterface } from 'node:readline'
import { sessionsPath } from '../../../src/protocol/api.ts'
import { GROUP, type LoadPlace, NAMESPACE, uidOf, userOf } from './population.ts'

export type ReadOrder =
  /** Reads the whole document again and again, until it is told to stop. */
  | { readonly type: 'read'; readonly phase: 'Live' | 'Ended'; readonly format: string; readonly readers: number }
  | { readonly type: 'follow'; readonly format: string; readonly readers: number }
  | { readonly type: 'stop' }

export interface ReadAnswer {
  readonly megabytes: number
  readonly seconds: number
}

const { port, ca, certificate, key } = JSON.parse(process.argv[2] ?? '{}') as LoadPlace
// As the API server has them towards a server of its own: connections that stay.
const agent = new Agent({
  keepAlive: true,
  ca: readFileSync(ca),
  cert: readFileSync(certificate),
  key: readFileSync(key),
})
const headers = { 'X-Remote-User': userOf(0), 'X-Remote-Uid': uidOf(0), 'X-Remote-Group': GROUP }

let bytes = 0
let began = performance.now()
let leaving = new AbortController()
let readers: readonly Reader[] = []

async function get(path: string, signal?: AbortSignal): Promise<IncomingMessage> {
  const sent = request({ host: '127.0.0.1', port, path, headers, agent, ...(signal && { signal }) })
  sent.end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode}`)
  return response
}

async function find(phase: string): Promise<string> {
  let text = ''
  for await (const part of await get(`${sessionsPath(NAMESPACE)}?phase=${phase}`)) text += String(part)
  const { items } = JSON.parse(text) as { items: Array<{ metadata: { name: string } }> }
  const id = items[0]?.metadata.name
  if (id === undefined) throw new Error(`${userOf(0)} has no session that is ${phase}`)
  return id
}

interface Reader {
  /** Resolves with its first bytes. */
  readonly begun: Promise<void>
  readonly done: Promise<void>
}

function startReader(path: string, again: boolean, signal: AbortSignal): Reader {
  const { promise: begun, resolve } = Promise.withResolvers<void>()
  const take = (part: Buffer): void => {
    bytes += part.length
    resolve()
  }
  return { begun, done: read({ path, again, take }, signal) }
}

interface Reading {
  readonly path: string
  readonly again: boolean
  readonly take: (part: Buffer) => void
}

async function read({ path, again, take }: Reading, signal: AbortSignal): Promise<void> {
  try {
    do {
      for await (const part of await get(path, signal)) take(part as Buffer)
    } while (again && !signal.aborted)
  } catch (error) {
    if (!signal.aborted) process.stderr.write(`a reader was lost: ${String(error)}\n`)
  }
}

async function start(order: Exclude<ReadOrder, { type: 'stop' }>): Promise<void> {
  const follow = order.type === 'follow'
  const id = await find(follow ? 'Live' : order.phase)
  const path = `${sessionsPath(NAMESPACE, id, 'log')}?format=${order.format}&follow=${follow}`
  leaving = new AbortController()
  readers = Array.from({ length: order.readers }, () => startReader(path, !follow, leaving.signal))
  // All are there before anybody measures: what arriving costs is the price of a TLS handshake each, whoever arrives.
  await Promise.all(readers.map(({ begun }) => begun))
  bytes = 0
  began = performance.now()
}

for await (const line of createInterface(process.stdin)) {
  const order = JSON.parse(line) as ReadOrder
  const answer = (): ReadAnswer => ({ megabytes: bytes / 1e6, seconds: (performance.now() - began) / 1000 })
  if (order.type === 'stop') {
    leaving.abort()
    await Promise.all(readers.map(({ done }) => done))
  } else await start(order)
  process.stdout.write(`${JSON.stringify(answer())}\n`)
}
agent.destroy()
