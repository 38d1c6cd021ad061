import { spawn } from 'node:child_process'
import { exitCodeOf, killGroup, type Shell, type ShellCommand, type ShellEvents } from './shell.ts'

export interface Streams {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
}

/** Runs a command on pipes, in a process group of its own. */
export function startPiped(command: ShellCommand, streams: Streams, events: ShellEvents): Shell {
  const pipe = (wanted: boolean) => (wanted ? 'pipe' : 'ignore')
  const [argv0 = '', ...args] = command.argv
  const { cwd, env, file } = command
  const stdio = [pipe(streams.stdin), pipe(streams.stdout), pipe(streams.stderr)] as const
  // A process group of its own, so that what it started can be ended with it.
  const child = spawn(file, args, { argv0, cwd, env, stdio: [...stdio], detached: true })
  const { stdin, stdout, stderr, pid } = child
  stdout?.on('data', (bytes: Buffer) => events.output('stdout', bytes))
  stderr?.on('data', (bytes: Buffer) => events.output('stderr', bytes))
  stdin?.on('drain', () => events.drained())
  // EPIPE: the command closed its input. Whoever waits for room has to go on, or the end is never seen.
  stdin?.on('error', () => events.drained())
  child.on('error', (error) => events.ended({ how: 'not-started', why: error.message }))
  // `close`, not `exit`: all output has been read by then.
  child.on('close', (code, signal) => {
    if (pid !== undefined) events.ended({ how: 'exited', code: exitCodeOf(code, signal) })
  })
  return {
    write: (bytes) => stdin === null || stdin.destroyed || stdin.write(bytes),
    endInput: () => void stdin?.end(),
    resize: () => {},
    pauseOutput: () => pauseAll(stdout, stderr),
    resumeOutput: () => resumeAll(stdout, stderr),
    kill: () => {
      if (pid !== undefined) killGroup(pid, 'SIGKILL')
      // Whoever left the group may hold the pipes for ever; nobody listens any more.
      for (const stream of child.stdio) stream?.destroy()
    },
  }
}

type Output = { pause(): unknown; resume(): unknown } | null

function pauseAll(...outputs: readonly Output[]): void {
  for (const output of outputs) output?.pause()
}

function resumeAll(...outputs: readonly Output[]): void {
  for (const output of outputs) output?.resume()
}
