const PLAIN = /^[\w./:=@%+,^-]+$/

/** A command as a shell would take it. Not escaped for a terminal: that is for whoever shows it. */
export const shellLine = (command: readonly string[]): string =>
  command.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ')

const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'fish', 'rbash'])

const nameOf = (word: string): string => word.slice(word.lastIndexOf('/') + 1)

/** Whether a command is a shell that reads its commands from its input: no script, no `-c`. */
export function isReadingShell(command: readonly string[]): boolean {
  const [first = '', ...rest] = nameOf(command[0] ?? '') === 'busybox' ? command.slice(1) : command
  if (!SHELLS.has(nameOf(first).replace(/^-/, ''))) return false
  for (const word of rest) {
    if (/^-[a-zA-Z]*s/.test(word)) return true
    if (/^-[a-zA-Z]*c/.test(word) || !/^[-+]/.test(word)) return false
  }
  return true
}

/** Words before the one that names a program. */
const PREFIX = /^(\w+=.*|sudo|doas|env|exec|command|builtin|time|nohup|nice|ionice|stdbuf|busybox|-\w*)$/

/** The program that a command line starts last: of `cd x && vi y` it is `vi`, of `man ls | less` it is `less`. */
export function programOf(line: string): string {
  const words =
    line
      .split(/\|\||&&|[|;&\n]/)
      .findLast((part) => part.trim() !== '')
      ?.trim()
      .split(/\s+/) ?? []
  return nameOf(words.find((word) => !PREFIX.test(word)) ?? '')
}
