/**
 * A process that opens typing sessions and types in them as it is told: `typing-load.ts JSON(LoadPlace)`. Orders come as
 * JSON lines on stdin, answers go as JSON lines to stdout. It ends with its stdin.
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { createSecureContext } from 'node:tls'
import { type Figures, figuresOf } from '../figures.ts'
import { processUse } from '../measure/process.ts'
import type { LoadPlace } from './population.ts'
import { SessionSocket } from './session-socket.ts'

export type LoadOrder =
  | { readonly type: 'open'; readonly sessions: number }
  /** Each session's next key comes this long after its last ack, evenly spread between half and one and a half of it. */
  | {
      readonly type: 'type'
      readonly thinkMs: number
      readonly seconds: number
      readonly sessions: number
      /** Process id, to see what it uses in those seconds. */
      readonly server: number
    }

export interface LoadAnswer {
  readonly keys: number
  readonly seconds: number
  readonly ackMs: Figures | undefined
  /** How many were busy, on average; the load's, so that one sees whether it was the limit. */
  readonly processors: { readonly server: number; readonly load: number }
  readonly lost: number
}

const DIALLING = 32
const WARM_SECONDS = 1

const sessions: SessionSocket[] = []
let lost = 0

async function open(count: number, { port, ca, certificate, key }: LoadPlace): Promise<LoadAnswer> {
  const began = performance.now()
  const files = { ca: readFileSync(ca), cert: readFileSync(certificate), key: readFileSync(key) }
  const secureContext = createSecureContext(files)
  let next = sessions.length
  const dial = async (): Promise<void> => {
    while (next < count) {
      const session = await SessionSocket.open(next++, { port, secureContext })
      session.failed = (why) => {
        lost += 1
        if (lost < 4) process.stderr.write(`a session was lost: ${why}\n`)
      }
      sessions.push(session)
    }
  }
  await Promise.all(Array.from({ length: DIALLING }, dial))
  return answer([], (performance.now() - began) / 1000, { server: 0, load: 0 })
}

async function type({ thinkMs, seconds, sessions: count, server }: LoadOrder & { type: 'type' }): Promise<LoadAnswer> {
  const typing = sessions.slice(0, count)
  let acks: number[] = []
  let over = false
  for (const session of typing) {
    const again = (): void => {
      if (over) return
      if (thinkMs === 0) session.type()
      else setTimeout(() => over || session.type(), thinkMs * (0.5 + Math.random()))
    }
    session.acknowledged = (ms) => {
      acks.push(ms)
      again()
    }
    if (thinkMs === 0) session.type()
    else setTimeout(() => session.type(), thinkMs * Math.random())
  }
  await pause(WARM_SECONDS * 1000 + thinkMs)
  acks = []
  const usedBy = (pid: number): number => processUse(pid).cpuSeconds
  const [began, ...before] = [performance.now(), usedBy(server), usedBy(process.pid)] as const
  await pause(seconds * 1000)
  const took = (performance.now() - began) / 1000
  const processors = { server: (usedBy(server) - before[0]) / took, load: (usedBy(process.pid) - before[1]) / took }
  over = true
  const counted = acks
  // The last acks come after the end: none may be counted in the next measurement.
  await pause(2_000)
  return answer(counted, took, processors)
}

const answer = (acks: readonly number[], seconds: number, processors: LoadAnswer['processors']): LoadAnswer => ({
  keys: acks.length,
  seconds,
  ackMs: acks.length === 0 ? undefined : figuresOf(acks),
  processors,
  lost,
})

const place = JSON.parse(process.argv[2] ?? '{}') as LoadPlace
for await (const line of createInterface(process.stdin)) {
  const order = JSON.parse(line) as LoadOrder
  const result = order.type === 'open' ? await open(order.sessions, place) : await type(order)
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
for (const session of sessions) session.destroy()
