import type { CommandLine, LineSource, RecordedCommand } from '../../protocol/recorded-command.ts'
import { DOUBTS } from './doubts.ts'
import { LONGEST_LINE, MOST_ENTRIES } from './limits.ts'

/** When and where something was entered. */
export interface Place {
  readonly elapsed: number
  readonly seq: number
}

export interface NewLine extends Place {
  readonly source: LineSource
  readonly line: string
  readonly doubts: readonly string[]
}

export type SetResult = (result: {
  readonly exitCode: number | undefined
  readonly durationMs: number | undefined
}) => void

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }
type ProgramEntry = Extract<RecordedCommand, { type: 'program' }>

/** The list while it is made: entries in their order, with their limits. */
export class CommandList {
  readonly #entries: Mutable<RecordedCommand>[] = []
  readonly #hiddenSeqs = new Set<number>()
  #last: Mutable<CommandLine> | undefined
  /** After the last line of it. */
  #blankLines = 0

  /** The command line that was entered last; what comes later may still be added to it. */
  get last(): Readonly<CommandLine> | undefined {
    return this.#last
  }

  /** Gives what adds the result of this command. */
  command({ source, line, elapsed, seq, doubts }: NewLine): SetResult {
    const isLong = line.length > LONGEST_LINE
    const why = isLong ? [...new Set([...doubts, DOUBTS.tooLong])] : doubts
    const entry: Mutable<CommandLine> = {
      type: 'command',
      source,
      line: isLong ? line.slice(0, LONGEST_LINE) : line,
      elapsed,
      seq,
      doubts: why,
    }
    this.#last = entry
    this.#blankLines = 0
    this.#push(entry)
    return ({ exitCode, durationMs }) => {
      if (exitCode !== undefined) entry.exitCode = exitCode
      if (durationMs !== undefined) entry.durationMs = durationMs
    }
  }

  /** Adds a line to the command before, of which it is a part. */
  extend(line: string, doubts: readonly string[]): void {
    if (this.#last === undefined) return
    // Blank lines count only between others: at the end they are what Python wants to begin.
    if (line === '') {
      this.#blankLines += 1
      return
    }
    const added = '\n'.repeat(this.#blankLines + 1) + line
    const isTooLong = this.#last.line.length + added.length > LONGEST_LINE
    if (!isTooLong) this.#last.line += added
    this.#blankLines = 0
    this.doubtLast([...doubts, ...(isTooLong ? [DOUBTS.tooLong] : [])])
  }

  doubtLast(doubts: readonly string[]): void {
    if (this.#last !== undefined) this.#last.doubts = [...new Set([...this.#last.doubts, ...doubts])]
  }

  /** `seqs`: the input records that hold what was typed. */
  hidden({ elapsed, seq }: Place, seqs: Iterable<number>): void {
    this.hide(seqs)
    this.#last = undefined
    this.#push({ type: 'hidden', elapsed, seq })
  }

  hide(seqs: Iterable<number>): void {
    for (const seq of seqs) this.#hiddenSeqs.add(seq)
  }

  /** Gives what ends the program, with the time at which it did. */
  program({ elapsed, seq }: Place, name: string): (until: number) => void {
    const entry: Mutable<ProgramEntry> = { type: 'program', name, elapsed, seq }
    this.#push(entry)
    return (until) => {
      entry.durationMs = Math.max(Math.round((until - elapsed) / 1000), 0)
    }
  }

  /** The newest command lines, at most so many of the newest entries. */
  newest(count: number): string[] {
    return this.#entries
      .slice(-count)
      .reverse()
      .flatMap((entry) => (entry.type === 'command' ? [entry.line] : []))
  }

  get entries(): readonly RecordedCommand[] {
    return this.#entries
  }

  get hiddenSeqs(): readonly number[] {
    return [...this.#hiddenSeqs].sort((a, b) => a - b)
  }

  #push(entry: Mutable<RecordedCommand>): void {
    if (this.#entries.length < MOST_ENTRIES) this.#entries.push(entry)
    else if (entry.type === 'command') {
      const kept = this.#entries.findLast((each) => each.type === 'command')
      if (kept?.type === 'command' && !kept.doubts.includes(DOUBTS.more)) kept.doubts = [...kept.doubts, DOUBTS.more]
    }
  }
}
