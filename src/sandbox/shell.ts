import { constants as osConstants } from 'node:os'
import type { TerminalSize } from '../protocol/channel.ts'

/** A command that is ready to run as a local process. */
export interface ShellCommand {
  /** Path of an executable file. */
  readonly file: string
  /** argv, the name it was called by first. */
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** What a started command tells. `ended` is the last, and comes once. */
export interface ShellEvents {
  output(channel: 'stdout' | 'stderr', bytes: Buffer): void
  /** It takes input again after `write` returned false. */
  drained(): void
  ended(ending: ShellEnding): void
}

export type ShellEnding =
  | { readonly how: 'exited'; readonly code: number }
  | { readonly how: 'not-started'; readonly why: string }

/** A local process with its streams. */
export interface Shell {
  /** Queues input. False: wait for `drained` before the next. After the command closed its input, bytes are dropped. */
  write(bytes: Buffer): boolean
  endInput(): void
  resize(size: TerminalSize): void
  pauseOutput(): void
  resumeOutput(): void
  /** Ends the command and its process group. `ended` still comes. */
  kill(): void
}

/** The exit code that a shell would show: 128 + n for a death by signal n. */
export const exitCodeOf = (code: number | null, signal: NodeJS.Signals | null): number =>
  code ?? 128 + (signal === null ? 0 : osConstants.signals[signal])

/** @param pid leader of a process group; a group that is gone is no error */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // ESRCH: nobody left, which is what was wanted.
  }
}
