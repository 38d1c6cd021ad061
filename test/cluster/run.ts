import { spawn } from 'node:child_process'
import { fault } from './faults.ts'

export interface Outcome {
  /** The exit status; 128 + signal when a signal ended it, as a shell says it. */
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  /** Standard output as it came, for tests that compare bytes. */
  readonly bytes: Buffer
}

export interface RunOptions {
  readonly input?: string | Uint8Array
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
}

const SIGNALS: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }

/** Runs a program to its end. Any exit status is an outcome; only a program that cannot be started throws. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
  const child = spawn(program, args, { env: options.env ?? process.env, cwd: options.cwd })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  child.on('error', reject)
  child.on('close', (code, signal) => {
    const bytes = Buffer.concat(out)
    const status = code ?? 128 + ((signal && SIGNALS[signal]) || 0)
    resolve({ status, stdout: bytes.toString(), stderr: Buffer.concat(err).toString(), bytes })
  })
  // A program that ends before it has read its input breaks the pipe; its exit status tells more.
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input)
  return promise
}

/** Runs a program that has to succeed, and gives its standard output. */
export async function runOk(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await run(program, args, options)
  if (status === 0) return stdout
  const detail = `${program} ${args.join(' ')} exited with ${status}: ${stderr.trim() || stdout.trim()}`
  throw fault('KAE_CLUSTER_COMPONENT', { detail })
}
