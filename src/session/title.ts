/** The terminal's title says that a session is recorded, for as long as it runs. */
import { writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { printable } from '../protocol/printable.ts'
import type { ExecTarget } from '../protocol/session.ts'

// XTWINOPS 22 and 23 put the title on the terminal's stack and take it back (xterm ctlseqs); a terminal without a stack gets
// an empty one instead, which is its own.
const SAVE = '\x1b[22;2t'
const RESTORE = '\x1b]2;\x07\x1b[23;2t'

/** These show the sequence as text, or know no title. */
const WITHOUT_TITLE = new Set(['', 'dumb', 'linux'])

const LONGEST = 120

export const titleOf = ({ namespace, pod, container }: ExecTarget, context: string): string =>
  printable(`recorded: ${namespace}/${pod}/${container}${context === '' ? '' : ` (${context})`}`, LONGEST).replace(
    /\s/g,
    ' ',
  )

export interface Titled {
  readonly target: ExecTarget
  readonly context: string
  readonly env: NodeJS.ProcessEnv
}

/**
 * Only where the session's output goes to a terminal: a file gets the remote output and nothing else. It is taken back when the
 * process ends, however that comes about.
 */
export function showTitle(descriptor: number, { target, context, env }: Titled): void {
  if (!target.tty || WITHOUT_TITLE.has(env.TERM ?? '') || !isatty(descriptor)) return
  write(descriptor, `${SAVE}\x1b]2;${titleOf(target, context)}\x07`)
  process.once('exit', () => write(descriptor, RESTORE))
}

/** A title is never worth a session. */
function write(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text)
  } catch {
    // The terminal is full, or gone.
  }
}
