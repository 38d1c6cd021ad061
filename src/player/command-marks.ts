import type { RecordedCommand } from '../protocol/recorded-command.ts'
import { commandLine, commandName } from '../recording/wording.ts'

/** The command list as places to go to. */
export class CommandMarks {
  readonly times: readonly number[]
  readonly #commands: readonly RecordedCommand[]
  readonly #until: number

  /** @param until µs: of what came later nothing is known; for a session that runs */
  constructor(commands: readonly RecordedCommand[], until = Number.POSITIVE_INFINITY) {
    this.#until = until
    this.#commands = commands.toSorted((a, b) => a.elapsed - b.elapsed)
    this.times = this.#commands.map(({ elapsed }) => elapsed)
  }

  /** What is under way at a time, in words; whoever shows them escapes them. */
  at(elapsed: number): string | undefined {
    if (elapsed > this.#until) return undefined
    const command = this.#commands.findLast((each) => each.elapsed <= elapsed)
    return command === undefined ? undefined : words(command)
  }

  /** The command before or after a time. Going back, one that has just begun counts as under way. */
  beside(elapsed: number, direction: -1 | 1): number | undefined {
    const { times } = this
    return direction > 0
      ? times.find((time) => time > elapsed)
      : times.findLast((time) => time < elapsed - JUST_BEGUN_MICROS)
  }
}

const JUST_BEGUN_MICROS = 700_000

/** More of a line than any screen has room for. */
const LONGEST = 4096

function words(command: RecordedCommand): string {
  switch (command.type) {
    case 'command':
      return `$ ${command.line.slice(0, LONGEST).replaceAll('\n', ' ⏎ ')}`
    case 'hidden':
      return '(typed without echo)'
    case 'program':
      return `[${command.name.slice(0, LONGEST) || 'full screen'}]`
  }
}

/** The search for a shell that exec itself began with says nothing: whoever watches sees the shell. */
export function worthSaying(commands: readonly RecordedCommand[], exec: readonly string[]): readonly RecordedCommand[] {
  const isNamed = commandName(exec) !== commandLine(exec)
  return isNamed ? commands.filter((each) => each.type !== 'command' || each.source !== 'exec') : commands
}
