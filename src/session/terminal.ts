/** The person's end of a session: three descriptors and the signals that belong to them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { ReadStream, WriteStream } from 'node:tty'
import type { TerminalSize } from '../protocol/channel.ts'
import { printable } from '../protocol/printable.ts'

export interface Terminal {
  readonly stdin: NodeJS.ReadStream
  readonly stdoutFd: number
  readonly stderrFd: number
  /** The size of the terminal, undefined where there is none. */
  size(): TerminalSize | undefined
  /** Calls back after each change of the size. Returns how to stop that. */
  onResize(changed: () => void): () => void
  /** Turns raw mode on. Returns how to restore the terminal; calling that twice is harmless. */
  raw(): () => void
  /**
   * Our own words: always stderr, so that stdout carries the remote output alone. What clusters and files put into them cannot
   * drive the terminal.
   */
  say(line: string): void
}

/** The terminal of this process. Reads nothing from stdin before a session asks for it. */
export const processTerminal: Terminal = {
  get stdin() {
    return process.stdin
  },
  stdoutFd: 1,
  stderrFd: 2,
  size() {
    // As with kubectl, it is stdout's terminal that counts.
    const screen = process.stdout
    if (!(screen instanceof WriteStream)) return undefined
    const [columns, rows] = screen.getWindowSize()
    return { columns, rows }
  },
  onResize(changed) {
    process.on('SIGWINCH', changed)
    return () => void process.off('SIGWINCH', changed)
  },
  raw() {
    const { stdin } = process
    if (!(stdin instanceof ReadStream)) return () => {}
    stdin.setRawMode(true)
    const stty = passOutputUnchanged()
    const restore = (): void => {
      // It must not come after: what it changes is restored with the rest.
      stty.kill('SIGKILL')
      stdin.setRawMode(false)
    }
    process.once('exit', restore)
    return () => {
      process.off('exit', restore)
      restore()
    }
  },
  say(line) {
    process.stderr.write(`${printable(line)}\n`)
  },
}

/**
 * libuv's raw mode leaves the output's line ends to the kernel (uv_tty_set_mode: ONLCR), so that each LF of a program that
 * has turned that off, as every full-screen one does, would move to the first column. Nobody waits for it: what comes
 * before a shell's first prompt ends its lines by itself.
 */
function passOutputUnchanged(): ChildProcess {
  const stty = spawn('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] })
  // Without stty the screen may be skewed; the session goes on.
  stty.on('error', () => {})
  return stty
}
