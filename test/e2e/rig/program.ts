/** The built program as users start it: bin/run.js in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'

/** Where bin/ and dist/ are. E2E_PROGRAM names another place, such as an unpacked tarball. */
export const PROGRAM_FOLDER = process.env.E2E_PROGRAM ?? join(import.meta.dirname, '../../..')
export const RUN = join(PROGRAM_FOLDER, 'bin/run.js')

/** An environment in which the programs find the Node that these tests run on, and nothing of the person's own. */
export const programEnv = (home: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  HOME: home,
  XDG_STATE_HOME: join(home, 'state'),
  KUBERC: 'off',
  NO_COLOR: '1',
  ...more,
})

export interface Outcome {
  /** The exit status; 128 + signal when a signal ended it, as a shell says it. */
  readonly status: number
  readonly stdout: Buffer
  readonly stderr: string
  readonly seconds: number
}

export type Stdin =
  | 'empty'
  | 'closed'
  /** A pipe whose writer never writes nor closes. */
  | 'idle'
  /** A pipe with these bytes, then its end. */
  | Uint8Array
  | { readonly file: string }

export interface RunOptions {
  readonly env: NodeJS.ProcessEnv
  readonly stdin?: Stdin
  readonly cwd?: string
  /** After this many seconds it is killed, and the run rejects. */
  readonly limitSeconds?: number
}

const SIGNALS: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 }

/** A shell does what Node cannot: start a program without stdin, or with a file there. */
function withStdin(argv: readonly string[], stdin: Stdin): readonly string[] {
  if (stdin === 'closed') return ['sh', '-c', 'exec "$@" <&-', 'sh', ...argv]
  if (stdin === 'empty') return ['sh', '-c', 'exec "$@" </dev/null', 'sh', ...argv]
  if (typeof stdin === 'object' && 'file' in stdin) {
    return ['sh', '-c', 'f=$1; shift; exec "$@" <"$f"', 'sh', stdin.file, ...argv]
  }
  return argv
}

/** Runs a program to its end. Any exit status is an outcome. */
export async function run(argv: readonly string[], options: RunOptions): Promise<Outcome> {
  const { env, stdin = 'empty', cwd, limitSeconds = 60 } = options
  const [file = '', ...args] = withStdin(argv, stdin)
  const began = performance.now()
  const child = spawn(file, args, { env, cwd, stdio: 'pipe' })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  // A program that ends before it has read its input breaks the pipe; its exit status tells more.
  child.stdin.on('error', () => undefined)
  if (stdin instanceof Uint8Array) child.stdin.end(stdin)
  else if (stdin !== 'idle') child.stdin.end()
  const status = await statusOf(child, limitSeconds, () => `${argv.join(' ')}\n${Buffer.concat(err)}`)
  const seconds = (performance.now() - began) / 1000
  return { status, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString(), seconds }
}

export function statusOf(child: ChildProcess, limitSeconds: number, what: () => string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const timer = setTimeout(() => {
    child.kill('SIGKILL')
    reject(new Error(`still running after ${limitSeconds} s: ${what()}`))
  }, limitSeconds * 1000)
  child.on('error', reject)
  child.on('close', (code, signal) => {
    clearTimeout(timer)
    resolve(code ?? 128 + ((signal && SIGNALS[signal]) || 0))
  })
  return promise
}

/** `kube-audit-exec ARGV`. */
export const runProgram = (argv: readonly string[], options: RunOptions): Promise<Outcome> =>
  run([RUN, ...argv], options)
