import type { Screen } from '../screen.ts'
import { textAfter, withoutRight } from './anchor.ts'
import type { EnteredLine } from './entered-line.ts'
import { beginsWith, type KnownPrompts } from './prompts.ts'
import { goesOn, lineFrom, mostRows } from './screen-text.ts'

/** What may have been entered, read from the screen. */
export interface Candidate {
  readonly text: string
  readonly prompt: string
  readonly firstRow: number
  /** `prompt`: a prompt of this session stands before it. `place`: it stands where the line began. `bare`: neither. */
  readonly by: 'prompt' | 'place' | 'bare'
}

/** All ways to read the line that ends with this row as the one that was entered; the best first. */
export function* candidates(screen: Screen, entered: EnteredLine, at: { row: number; known: KnownPrompts }) {
  const rights = entered.anchors.map(({ right }) => right)
  const without = (text: string): string => rights.reduce(withoutRight, text)
  for (const candidate of allCandidates(screen, entered, at)) {
    yield { ...candidate, text: without(candidate.text) }
  }
}

function* allCandidates(
  screen: Screen,
  { anchors, texts }: EnteredLine,
  { row, known }: { row: number; known: KnownPrompts },
): Generator<Candidate> {
  const oldestFirst = anchors.toReversed()
  let firstRow = row
  for (; ; firstRow -= 1) {
    const start = screen.row(firstRow)
    const text = lineFrom(screen, firstRow, row)
    if (text === undefined) return
    for (const prompt of [known.before(start), ...oldestFirst.map((anchor) => anchor.prompt)]) {
      if (prompt === undefined || prompt.trim() === '' || !beginsWith(start, prompt)) continue
      yield { text: text.slice(prompt.length), prompt, firstRow, by: 'prompt' }
    }
    if (row - firstRow >= mostRows(screen) || !goesOn(screen, firstRow - 1)) break
  }
  for (const anchor of oldestFirst) {
    const text = textAfter(anchor, screen, row)
    if (text !== undefined) yield { text, prompt: anchor.prompt, firstRow: anchor.mark?.row ?? row, by: 'place' }
  }
  yield* bare(lineFrom(screen, firstRow, row) ?? '', texts, firstRow)
}

/** The echo of a line that was typed ahead stands alone, or behind a prompt that was never seen before. */
function* bare(line: string, texts: readonly string[], firstRow: number): Generator<Candidate> {
  yield { text: line, prompt: '', firstRow, by: 'bare' }
  for (const text of texts) {
    const prompt = line.slice(0, -text.trimEnd().length)
    if (text.trim().length > 1 && line.endsWith(text.trimEnd()) && /[$#%>❯»:?)\]] ?$/.test(prompt))
      yield { text, prompt, firstRow, by: 'bare' }
  }
}
