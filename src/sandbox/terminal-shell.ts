import type { Duplex } from 'node:stream'
import type * as NodePty from '@lydell/node-pty'
import type { TerminalSize } from '../protocol/channel.ts'
import { fault } from './faults.ts'
import { killGroup, type Shell, type ShellCommand, type ShellEvents } from './shell.ts'

export type StartTerminal = (command: ShellCommand, size: TerminalSize | undefined, events: ShellEvents) => Shell

/** A pseudo-terminal's size before anybody has set it, as in a container. */
const NO_SIZE: TerminalSize = { columns: 80, rows: 24 }
/** A shell may write its history on a hang-up; whoever ignores the hang-up has this long. */
const HANG_UP_GRACE_MS = 500
const DESTROY_AFTER_MS = 200

/** Loads the optional native package. Fault: it is not there. */
export async function loadTerminals(load = () => import('@lydell/node-pty')): Promise<StartTerminal> {
  try {
    const pty = await load()
    return (command, size, events) => startTerminal(pty, { command, size: size ?? NO_SIZE, events })
  } catch (cause) {
    throw fault('KAE_SANDBOX_NO_PTY', { cause })
  }
}

interface Start {
  readonly command: ShellCommand
  readonly size: TerminalSize
  readonly events: ShellEvents
}

function startTerminal(pty: typeof NodePty, { command, size, events }: Start): Shell {
  const { file, argv, cwd, env } = command
  const [cols, rows] = [Math.max(1, size.columns), Math.max(1, size.rows)]
  // `encoding: null`: bytes, not text. node-pty's types say string all the same.
  const options = { name: 'xterm', cols, rows, cwd, env: { ...env }, encoding: null }
  const terminal = pty.spawn(file, argv.slice(1), options)
  // node-pty has no word for a full input queue, but its terminals are Node streams underneath.
  const stream = (terminal as unknown as { readonly _socket: Duplex })._socket
  const output = heldUntilRead(stream)
  let running = true
  stream.on('drain', () => events.drained())
  terminal.onData((bytes: unknown) => events.output('stdout', bytes as Buffer))
  terminal.onExit(({ exitCode, signal }) => {
    running = false
    events.ended({ how: 'exited', code: signal ? 128 + signal : exitCode })
  })
  return {
    write: (bytes) => !stream.writable || stream.write(bytes),
    // As in a container: a terminal has no end of input; ^D is a byte like others.
    endInput: () => {},
    resize: ({ columns, rows }) => {
      if (running && columns > 0 && rows > 0) terminal.resize(columns, rows)
    },
    pauseOutput: output.pause,
    resumeOutput: output.resume,
    kill: () => {
      if (!running) return
      output.resume()
      killGroup(terminal.pid, 'SIGHUP')
      setTimeout(() => running && killGroup(terminal.pid, 'SIGKILL'), HANG_UP_GRACE_MS)
    },
  }
}

/**
 * node-pty destroys a terminal's stream 200 ms after its command ended, read or not. While we hold the output that would
 * lose its end, so the destruction waits until the output has gone on for as long.
 */
function heldUntilRead(stream: Duplex): { pause(): void; resume(): void } {
  const destroy = stream.destroy.bind(stream)
  let [held, due] = [false, false]
  stream.destroy = (error) => {
    due = held
    return held ? stream : destroy(error)
  }
  return {
    pause: () => {
      held = true
      stream.pause()
    },
    resume: () => {
      held = false
      stream.resume()
      if (due) setTimeout(() => stream.destroy(), DESTROY_AFTER_MS)
    },
  }
}
