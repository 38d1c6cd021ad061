import type { Screen } from '../screen.ts'
import type { Anchor } from './anchor.ts'
import type { Candidate } from './candidates.ts'
import type { Effort } from './effort.ts'
import type { EnteredLine } from './entered-line.ts'
import { beginsWith } from './prompts.ts'

/**
 * Lines whose keys tell what they are, and which the screen shows in another way than one behind a prompt. All of what is shown
 * has to be of the line, so a line that was not echoed is never taken for one of these.
 */
const LONGEST = 240
const MOST_ROWS = 12
/** So many comparisons of two characters take as long as reading a row. */
const PAIRS_PER_UNIT = 256
/** What narrow editors write into the last column where a line goes on. */
const SIDE_MARK = /\s*[<>*+]$/

/**
 * Output of something else came while it was typed: it ends with a line feed, and the echo goes on at the beginning of the next row.
 *
 *     $ ec a job has ended
 *     ho hello
 */
export function brokenByOutput(screen: Screen, line: EnteredLine, where: Where): Candidate | undefined {
  const [text = ''] = line.texts
  if (!line.isCertain || text.length > LONGEST || text.trim().length < 2) return undefined
  for (const anchor of line.anchors.toReversed()) {
    const firstRow = anchor.mark?.row ?? where.row
    const rows = where.row - firstRow
    if (rows < 1 || rows > MOST_ROWS || anchor.prompt.trim() === '' || !where.effort.isLeft) continue
    where.effort.spend(rows * (1 + (text.length * text.length) / PAIRS_PER_UNIT), screen.size.columns)
    if (isShownInPieces(text, rowsOf(screen, anchor, where.row)))
      return { text: text.trimEnd(), prompt: anchor.prompt, firstRow, by: 'place' }
  }
  return undefined
}

interface Where {
  /** The last row of the line. */
  readonly row: number
  readonly effort: Effort
}

/** From an anchor on, without its prompt. Empty where that is not there any more. */
function rowsOf(screen: Screen, { mark, prompt }: Anchor, lastRow: number): string[] {
  const firstRow = mark?.row ?? lastRow
  if (!beginsWith(screen.row(firstRow), prompt)) return []
  return Array.from({ length: lastRow - firstRow + 1 }, (_, below) =>
    screen.row(firstRow + below).slice(below === 0 ? prompt.length : 0),
  )
}

/** Its beginning stands first, all of its end last, and each row between may begin with a part. */
function isShownInPieces(text: string, rows: readonly string[]): boolean {
  let reached = new Set([0])
  for (const row of rows.slice(0, -1)) {
    const next = new Set(reached.has(0) ? [] : reached)
    for (const from of reached) {
      for (let to = from; to < text.length && text[to] === row[to - from]; to += 1) next.add(to + 1)
    }
    reached = next
  }
  const last = rows.at(-1)?.trimEnd() ?? ''
  return last !== '' && [...reached].some((from) => text.slice(from).trimEnd() === last)
}

/** It is longer than the row that its editor shows it in, which then has its end alone. */
export function shownSideways(screen: Screen, line: EnteredLine, { row }: Where): Candidate | undefined {
  const [text = ''] = line.texts
  const { columns } = screen.size
  const prompt = line.anchors.at(-1)?.prompt ?? ''
  if (!line.isCertain || prompt.length + text.length < columns) return undefined
  const whole = screen.row(row).replace(SIDE_MARK, '')
  const shown = beginsWith(whole, prompt) ? whole.slice(prompt.length) : whole
  const isEnd = 2 * shown.length >= columns && text.trimEnd().endsWith(shown)
  return isEnd ? { text: text.trimEnd(), prompt, firstRow: row, by: 'place' } : undefined
}
