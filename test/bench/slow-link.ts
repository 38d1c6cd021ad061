/**
 * A link with a long round trip, on loopback: a TCP proxy that holds every chunk of either direction for half of it, in
 * order and without a limit of its rate. Opening a connection takes one more round trip, as the handshake of TCP would.
 * Run as a program it prints its port and serves until its stdin ends: `slow-link.ts HOST PORT ONE_WAY_MS`.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

export interface FarPlace {
  readonly host: string
  readonly port: number
  readonly oneWayMs: number
}

export async function serveSlowLink({ host, port, oneWayMs }: FarPlace): Promise<Server> {
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = connect({ host, port, noDelay: true, allowHalfOpen: true })
    // The SYN and its answer travel first.
    delay(near, far, { oneWayMs, notBefore: performance.now() + 3 * oneWayMs })
    delay(far, near, { oneWayMs, notBefore: 0 })
    for (const socket of [near, far]) socket.on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

type Held = { readonly due: number; readonly bytes: Buffer | 'end' | 'close' }

function delay(from: Socket, to: Socket, { oneWayMs, notBefore }: { oneWayMs: number; notBefore: number }): void {
  const held: Held[] = []
  let waiting = false
  const pass = (): void => {
    waiting = false
    for (let next = held[0]; next !== undefined && next.due <= performance.now(); next = held[0]) {
      held.shift()
      if (next.bytes === 'end') to.end()
      else if (next.bytes === 'close') to.destroySoon()
      else if (!to.destroyed) to.write(next.bytes)
    }
    wait()
  }
  const wait = (): void => {
    const [next] = held
    if (next === undefined || waiting) return
    waiting = true
    setTimeout(pass, Math.max(0, next.due - performance.now()))
  }
  const hold = (bytes: Held['bytes']): void => {
    held.push({ due: Math.max(performance.now() + oneWayMs, notBefore), bytes })
    wait()
  }
  from.on('data', hold)
  from.on('end', () => hold('end'))
  // In the queue as well: what was sent before it must arrive before it.
  from.on('close', () => hold('close'))
}

export interface SlowLink extends AsyncDisposable {
  readonly port: number
}

/** In a process of its own, so that it takes no time from what measures. */
export async function startSlowLink({ host, port, oneWayMs }: FarPlace): Promise<SlowLink> {
  const argv = [fileURLToPath(import.meta.url), host, String(port), String(oneWayMs)]
  const child: ChildProcess = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const [line] = (await Promise.race([once(child.stdout ?? child, 'data'), ended])) as [unknown]
  return {
    port: Number(String(line)),
    [Symbol.asyncDispose]: async () => {
      child.stdin?.end()
      await ended
    },
  }
}

if (import.meta.main) {
  const [host = '', port = '', oneWayMs = ''] = process.argv.slice(2)
  const server = await serveSlowLink({ host, port: Number(port), oneWayMs: Number(oneWayMs) })
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
  process.stdin.resume().on('end', () => process.exit(0))
}
