/** Runs a program under Debian's strace, which reads and tampers with its system calls (strace(1), "Tampering"). */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

/** Of the Debian package of this name. */
const STRACE = 'strace'

/** Why nothing can be traced here, or undefined. */
export function whyNoStrace(): string | undefined {
  if (process.platform !== 'linux') return 'strace is for Linux'
  const { error, status } = spawnSync(STRACE, ['-o', '/dev/null', 'true'])
  if (error !== undefined) return 'strace is not installed'
  return status === 0 ? undefined : 'ptrace is not allowed'
}

export interface Injection {
  readonly syscall: string
  /** `error=EIO`, `signal=KILL`, `retval=N`, `delay_enter=µs`. */
  readonly what: string
  /** Which call, from 1; `N+` for it and all after it. */
  readonly when: number | `${number}+`
}

export interface Traced {
  readonly argv: readonly [string, ...string[]]
  /** Only calls that name one of these files, or a descriptor of one, are traced, counted and tampered with. */
  readonly paths: readonly string[]
  readonly syscalls: readonly string[]
  readonly traceFile: string
  readonly injection?: Injection
  /** Opened as descriptor 3 of the program. */
  readonly witnessFd?: number
  readonly timeoutMs?: number
}

export interface TracedEnd {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly calls: readonly Call[]
}

/** One system call, in the order in which they began; `ended` counts all beginnings and ends. */
export interface Call {
  readonly name: string
  readonly thread: string
  readonly text: string
  readonly began: number
  readonly ended: number | undefined
  readonly injected: boolean
}

/**
 * strace counts the Nth call of each thread by itself, so node gets one thread for its files: then N is the Nth of the
 * program. `--seccomp-bpf` makes it twice as fast, but signals are not delivered with it (strace 6.1).
 */
export async function runTraced(traced: Traced): Promise<TracedEnd> {
  const { argv, traceFile, timeoutMs = 30_000 } = traced
  const child = spawn(STRACE, [...straceFlags(traced), ...argv], {
    stdio: ['ignore', 'pipe', 'pipe', traced.witnessFd ?? 'ignore'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  let stderr = ''
  let stdout = ''
  child.stdout?.on('data', (data: Buffer) => {
    stdout += data.toString()
  })
  child.stderr?.on('data', (data: Buffer) => {
    stderr += data.toString()
  })
  const [status, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  clearTimeout(timer)
  return { status, signal, stdout, stderr, calls: parseTrace(readFileSync(traceFile, 'latin1')) }
}

function straceFlags({ paths, syscalls, traceFile, injection }: Traced): string[] {
  const flags = ['-f', '-y', '-xx', '-s', '24', '-o', traceFile, '-e', `trace=${syscalls.join(',')}`]
  if (injection?.what.startsWith('signal=') !== true) flags.push('--seccomp-bpf')
  for (const path of paths) flags.push('-P', path)
  if (injection !== undefined) flags.push('-e', `inject=${injection.syscall}:${injection.what}:when=${injection.when}`)
  return flags
}

/** `PID name(…) = …`, or in two lines that end in `<unfinished ...>` and begin with `<... name resumed>`. Pure. */
export function parseTrace(trace: string): Call[] {
  const calls: Call[] = []
  const open = new Map<string, number>()
  for (const [time, line] of trace.split('\n').entries()) {
    const [, thread, resumed, name] = /^(\d+)\s+(?:<\.\.\. (\w+) resumed>|(\w+)\()/.exec(line) ?? []
    if (thread === undefined) continue
    const at = open.get(thread)
    const before = at === undefined ? undefined : calls[at]
    if (resumed !== undefined && at !== undefined && before !== undefined) {
      calls[at] = { ...before, text: before.text + line, ended: time, injected: line.includes('(INJECTED)') }
    } else if (name !== undefined) {
      const unfinished = line.endsWith('<unfinished ...>')
      if (unfinished) open.set(thread, calls.length)
      const injected = line.includes('(INJECTED)')
      calls.push({ name, thread, text: line, began: time, ended: unfinished ? undefined : time, injected })
    }
  }
  return calls
}
