/** The command that somebody meant who mistyped one. Pure. */

/** As kubectl suggests (cobra, `SuggestionsMinimumDistance`): two letters off at most. */
const FARTHEST = 2

/** @param typed words of a command line @param known commands in words, as `sessions list` */
export function nearestCommand(typed: string, known: readonly string[]): string | undefined {
  const near = known
    .map((command) => ({ command, off: distance(typed, command) }))
    .filter(({ command, off }) => off <= FARTHEST && off < command.length / 2)
  return near.toSorted((a, b) => a.off - b.off)[0]?.command
}

/** Letters to add, to take away, to change, or to swap with the next one (optimal string alignment). */
function distance(from: string, to: string): number {
  // What is much longer is nobody's typing error, and not worth the time.
  if (Math.abs(from.length - to.length) > FARTHEST) return Number.POSITIVE_INFINITY
  const rows = [Array.from({ length: to.length + 1 }, (_, index) => index)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1
      const swapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1] ? at(i - 2, j - 2) + 1 : at(-1, 0)
      row[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same, swapped)
    }
  }
  return at(from.length, to.length)
}
