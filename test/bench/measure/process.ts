/** A program from its start to its end, and what it used. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

export interface Timed {
  readonly ms: number
  readonly stdout: string
}

export interface TimedOptions {
  readonly env: NodeJS.ProcessEnv
  /** Its stdin; none by default. */
  readonly input?: string
}

const LIMIT_MS = 120_000

/** Runs a program that has to succeed. */
export async function timeProcess(argv: readonly string[], { env, input }: TimedOptions): Promise<Timed> {
  // A shell gives a program a file as its stdin, which Node does not; `exec` leaves no shell behind.
  const [file = '', ...args] =
    input === undefined ? argv : ['sh', '-c', 'f=$1; shift; exec "$@" <"$f"', 'sh', input, ...argv]
  const at = performance.now()
  // A group of its own, so that what a wrapper has started can be ended with it.
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const limit = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), LIMIT_MS)
  const [out, err] = [collect(child.stdout), collect(child.stderr)]
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  child.on('error', reject)
  let ms = 0
  child.on('exit', () => {
    ms = performance.now() - at
  })
  child.on('close', (code, signal) => {
    clearTimeout(limit)
    if (code === 0) resolve(ms)
    else reject(new Error(`${argv.join(' ')}: ended with ${code ?? signal}: ${err()}`))
  })
  return { ms: await promise, stdout: out() }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  return () => text
}

export interface Used {
  readonly cpuSeconds: number
  readonly peakMiB: number
}

const TIME = '/usr/bin/time'
export const canMeasureUse = (): boolean => existsSync(TIME)

/** Puts GNU time in front of a program; `usedOf` reads what it wrote down. */
export const measured = (argv: readonly string[], file: string): string[] => [
  TIME,
  '-f',
  '%U %S %M',
  '-o',
  file,
  ...argv,
]

export function usedOf(file: string): Used {
  const [user = Number.NaN, system = Number.NaN, kib = Number.NaN] = (
    readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? ''
  )
    .split(' ')
    .map(Number)
  return { cpuSeconds: user + system, peakMiB: kib / 1024 }
}

/** Of a process that runs: resident memory now, and processor time so far. */
export function processUse(pid: number): { readonly residentMiB: number; readonly cpuSeconds: number } {
  const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // proc(5): utime and stime are fields 14 and 15, in ticks of 10 ms.
  return { residentMiB: Number(kib) / 1024, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100 }
}

/** Processor time of its first thread, as the kernel counts it in nanoseconds (sched-stats.rst, /proc/PID/schedstat). */
export const mainThreadMs = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6
