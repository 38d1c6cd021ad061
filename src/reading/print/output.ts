/** Where a command prints: a terminal of some width with colours, or a pipe that gets neither. */
import { once } from 'node:events'
import { type Paint, painter } from './paint.ts'

export interface Output {
  /** Of the terminal; undefined where stdout is none. */
  readonly columns: number | undefined
  readonly paint: Paint
  /** Resolves when more may be written: a slow reader slows its writer, and nothing piles up. */
  write(text: string | Uint8Array): Promise<void>
  /** A line for the person, beside what is printed. */
  say(line: string): void
}

export function processOutput(env: NodeJS.ProcessEnv): Output {
  const { stdout, stderr } = process
  return {
    columns: stdout.isTTY ? stdout.columns || 80 : undefined,
    paint: painter(stdout.isTTY && mayColour(env)),
    write: async (text) => {
      if (!stdout.write(text)) await once(stdout, 'drain')
    },
    say: (line) => void stderr.write(`${line}\n`),
  }
}

/** https://no-color.org: whatever its value, but for the empty one. */
const mayColour = ({ NO_COLOR, TERM }: NodeJS.ProcessEnv): boolean => !NO_COLOR && TERM !== 'dumb'

/** Says on a terminal that a recording does not come just now, and when it comes again. A script's stderr is no place for it. */
export const contactTeller =
  (output: Pick<Output, 'say'>, screen: { readonly isTTY?: boolean } = process.stderr) =>
  (there: boolean): void => {
    if (screen.isTTY === true) output.say(there ? 'The connection is back.' : 'The connection was lost. Trying again…')
  }
