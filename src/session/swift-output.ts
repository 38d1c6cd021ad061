/**
 * Writes to a terminal at once, where that cannot block. A thread of libuv's pool, woken for one echoed key, takes longer than
 * the write. It stays open as long as the process.
 */
import { constants, openSync, writeSync } from 'node:fs'
import { isatty } from 'node:tty'

/** More than an echo: the pool writes it while the event loop goes on. */
const SMALL_BYTES = 4096

/** How many of the bytes were written: none where the terminal is stopped or full, or where there is too much. */
export type SwiftWrite = (bytes: Uint8Array) => number

const never: SwiftWrite = () => 0

/**
 * The terminal behind a descriptor, opened once more: O_NONBLOCK belongs to the open file, and this one is ours alone (open(2),
 * proc_pid_fd(5)). Elsewhere than on Linux `/dev/fd` gives the same open file again, so there it is left.
 */
export function swiftWriteTo(fd: number): SwiftWrite {
  if (process.platform !== 'linux' || !isatty(fd)) return never
  const { O_WRONLY, O_NOCTTY, O_NONBLOCK } = constants
  try {
    const terminal = openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_NOCTTY | O_NONBLOCK)
    return (bytes) => (bytes.length > SMALL_BYTES ? 0 : writeSomeTo(terminal, bytes))
  } catch {
    // Another user's terminal, as after `su`: it can be written to, and not opened.
    return never
  }
}

/** What is wrong with the terminal the slow way finds out, and says. */
function writeSomeTo(terminal: number, bytes: Uint8Array): number {
  try {
    return writeSync(terminal, bytes)
  } catch {
    return 0
  }
}
