/** How a program is called that took the screen. */
import { programOf } from './shell-words.ts'

/** They take the whole screen: a line that starts one of these names it. */
const FULL_SCREEN = new Set(
  'vi vim nvim view nano emacs less more most man top htop btop tmux screen mc k9s watch journalctl'.split(' '),
)
/** They read lines that are no shell's: what takes the screen then is their pager, or their editor. */
const READERS =
  /^(psql|mysql|mariadb|sqlite3|mongo|mongosh|redis-cli|cqlsh|clickhouse-client|i?python[\d.]*|node|irb|gdb)$/
const LEAVES = /^\s*(exit|quit|\\q|\.exit|\.quit|q)\s*(\(\s*\))?;?\s*$/

export const takesScreen = (program: string): boolean => FULL_SCREEN.has(program)

/** @param lines those that were entered before, the newest first; `own`: what the session itself runs. */
export function screenProgram(lines: readonly string[], own: string): string {
  const [newest = own] = lines
  const name = programOf(newest)
  if (takesScreen(name)) return name
  for (const line of [...lines, own]) {
    if (LEAVES.test(line)) break
    const reader = programOf(line.slice(0, LONGEST_NAMING))
    if (READERS.test(reader)) return reader
  }
  return name
}

/** They show their output by a pager that is left by a `q`, and so do what else is left by it. */
const PAGED = /^(less|more|most|man|top|htop|journalctl)$/
const GIT_PAGED =
  /^\s*git\s+(?:(?:-[Cc]\s+\S+|-(?![Cc]\s)\S+)\s+)*(log|show|diff|blame|reflog|branch|stash list)\b[^|>]*$/

export const startsPager = (line: string): boolean => {
  const text = line.slice(0, LONGEST_NAMING)
  return PAGED.test(programOf(text)) || GIT_PAGED.test(text)
}

const LONGEST_NAMING = 1_000
