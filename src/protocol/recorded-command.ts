/** One entry of a session's command list: derived from the record, never the truth itself. */

/**
 * Where a line comes from. `exec`: the session's own command, as the API server was asked to run it. `typed`: a model of the
 * line editor, fed with the input alone. `seen`: it stood on the screen when Enter was pressed.
 */
export type LineSource = 'exec' | 'typed' | 'seen'

interface Entry {
  /** µs since the session was opened, when Enter was pressed (or the program took the screen). */
  readonly elapsed: number
  /** The record in which it happened. */
  readonly seq: number
}

export interface CommandLine extends Entry {
  readonly type: 'command'
  readonly source: LineSource
  /** As text, in which every character may stand; whoever shows it escapes it. Lines of one command are joined by `\n`. */
  readonly line: string
  /** Why the line may be wrong; empty where nothing speaks against it. */
  readonly doubts: readonly string[]
  /** Where the shell tells (OSC 133). */
  readonly exitCode?: number
  readonly durationMs?: number
}

/** Typed while the terminal did not echo: a password, most likely. What it was stays in the raw record alone. */
export interface HiddenLine extends Entry {
  readonly type: 'hidden'
}

/** A program that used the whole screen: nothing typed into it is taken for a command. */
export interface ScreenProgram extends Entry {
  readonly type: 'program'
  /** Of the command line that started it; empty where that is unknown. */
  readonly name: string
  /** Absent where it still had the screen at the end of the record. */
  readonly durationMs?: number
}

export type RecordedCommand = CommandLine | HiddenLine | ScreenProgram
