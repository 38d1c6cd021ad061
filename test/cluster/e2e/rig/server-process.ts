import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { PROGRAM_FOLDER } from '../../../e2e/rig/program.ts'
import { until } from '../../wait.ts'

/** One line of the server's own log. */
export interface ServerLine {
  readonly level: string
  readonly message: string
  readonly [field: string]: unknown
}

/** The server in a process of its own, which can be stopped in every way that a process can end. */
export class ServerProcess {
  readonly #argv: readonly string[]
  readonly #log: string
  #child: ChildProcess | undefined
  #started = 0

  /** @param log where its stderr goes */
  constructor(argv: readonly string[], log: string) {
    this.#argv = argv
    this.#log = log
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  get runs(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  get text(): string {
    return readFileSync(this.#log, 'utf8')
  }

  get lines(): ServerLine[] {
    return this.text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as ServerLine] : []))
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    this.#started += 1
    const env = { PATH: process.env.PATH, NODE_ENV: 'production' }
    const argv = [join(PROGRAM_FOLDER, 'bin/server.js'), ...this.#argv]
    const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child = child
    child.stderr.on('data', (chunk: Buffer) => appendFileSync(this.#log, chunk))
    appendFileSync(this.#log, '')
    const wait = { what: 'the server', seconds: 30, guard: () => this.#assertAlive() }
    await until(wait, () => this.lines.filter(({ message }) => message === 'listening').length >= this.#started)
  }

  get metricsPort(): number {
    return Number(this.lines.findLast(({ message }) => message === 'listening')?.metricsPort)
  }

  /** As a rolling update does it. */
  stop = (): Promise<void> => this.#end('SIGTERM')
  /** As a lost node does it. */
  kill = (): Promise<void> => this.#end('SIGKILL')

  /** It stays, and does nothing: as a machine that swaps, or a network that swallows. */
  freeze(): void {
    this.#child?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child?.kill('SIGCONT')
  }

  #assertAlive(): void {
    if (!this.runs) throw new Error(`the server ended with ${this.#child?.exitCode}:\n${this.text}`)
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child
    if (child === undefined || !this.runs) return
    const ended = once(child, 'close')
    child.kill(signal)
    // A frozen process takes no other signal before it goes on.
    child.kill('SIGCONT')
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
    await ended
    clearTimeout(timer)
  }
}

/** A port that nobody listens on now. */
export async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
