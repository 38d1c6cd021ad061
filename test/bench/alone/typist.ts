/**
 * A process in which one session is typed in without a break: `typist.ts JSON(LoadPlace)`. Each line on stdin asks for what
 * was typed since the line before, and is answered with one line of JSON. It ends with its stdin.
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createSecureContext } from 'node:tls'
import type { LoadPlace } from './population.ts'
import { SessionSocket } from './session-socket.ts'

/** Gives what was typed, and types on: the next key comes so long after the last ack, evenly spread between half and one and a half of it. */
export interface TypistOrder {
  readonly type: 'take'
  readonly thinkMs: number
}

export interface Typed {
  readonly seq: number
  /** By the machine's monotonic clock, which all its processes share. */
  readonly sentAt: number
  readonly ackMs: number
}

const { port, ca, certificate, key } = JSON.parse(process.argv[2] ?? '{}') as LoadPlace
const files = { ca: readFileSync(ca), cert: readFileSync(certificate), key: readFileSync(key) }
const session = await SessionSocket.open(0, { port, secureContext: createSecureContext(files) })
session.failed = (why) => {
  process.stderr.write(`the session was lost: ${why}\n`)
  process.exit(1)
}

let typed: Typed[] = []
let seq = 0
let thinkMs = 10
const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6
const type = (): void => {
  seq += 1
  session.type()
}
session.acknowledged = (ackMs) => {
  typed.push({ seq, sentAt: monotonicMs() - ackMs, ackMs })
  setTimeout(type, thinkMs * (0.5 + Math.random()))
}
type()

for await (const line of createInterface(process.stdin)) {
  thinkMs = (JSON.parse(line) as TypistOrder).thinkMs
  const taken = typed
  typed = []
  process.stdout.write(`${JSON.stringify(taken)}\n`)
}
session.destroy()
// A key may be due.
process.exit()
