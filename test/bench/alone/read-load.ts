/**
 * A process that reads a recording as it is told: `read-load.ts JSON(LoadPlace)`. Orders come as JSON lines on stdin,
 * answers go as JSON lines to stdout. It ends with its stdin.
 */
import { createInterface } from 'node:readline'
import type { LoadPlace } from './population.ts'
import { Reader } from './reader.ts'

export type ReadOrder =
  /** Reads the recording as a whole again and again, until it is told to stop. */
  { readonly type: 'read'; readonly format: string } | { readonly type: 'stop' }

export interface ReadAnswer {
  readonly megabytes: number
  readonly seconds: number
}

using reader = new Reader(JSON.parse(process.argv[2] ?? '{}') as LoadPlace)
let bytes = 0
let began = performance.now()
let leaving = new AbortController()
let done: Promise<void> | undefined

async function readAgainAndAgain(path: string, begun: () => void): Promise<void> {
  const { signal } = leaving
  try {
    while (!signal.aborted) {
      for await (const part of await reader.get(path, signal)) {
        bytes += (part as Buffer).length
        begun()
      }
    }
  } catch (error) {
    if (!signal.aborted) process.stderr.write(`the reader was lost: ${String(error)}\n`)
  }
}

async function start(format: string): Promise<void> {
  const path = `${await reader.contentPath('Ended')}?format=${format}`
  leaving = new AbortController()
  // It is there before anybody measures: what arriving costs is the price of a TLS handshake, whoever arrives.
  await new Promise<void>((begun) => {
    done = readAgainAndAgain(path, begun)
  })
  bytes = 0
  began = performance.now()
}

async function stop(): Promise<void> {
  leaving.abort()
  await done
}

for await (const line of createInterface(process.stdin)) {
  const order = JSON.parse(line) as ReadOrder
  const answer: ReadAnswer = { megabytes: bytes / 1e6, seconds: (performance.now() - began) / 1000 }
  await (order.type === 'stop' ? stop() : start(order.format))
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
