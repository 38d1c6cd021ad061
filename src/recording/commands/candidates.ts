import type { Screen } from '../screen.ts'
import { textAfter, withoutRight } from './anchor.ts'
import type { Effort } from './effort.ts'
import type { EnteredLine } from './entered-line.ts'
import { beginsWith, continuationBefore, type KnownPrompts } from './prompts.ts'
import type { LineEnd } from './screen-text.ts'

/** What may have been entered, read from the screen. */
export interface Candidate {
  readonly text: string
  readonly prompt: string
  readonly firstRow: number
  /** `prompt`: a prompt of this session stands before it. `place`: it stands where the line began. `bare`: neither. */
  readonly by: 'prompt' | 'place' | 'bare'
}

export const isBehindPrompt = ({ by, prompt }: Candidate): boolean => by !== 'bare' && prompt.trim() !== ''

interface Where {
  /** The last row of the line. */
  readonly row: number
  readonly ends: readonly LineEnd[]
  readonly effort: Effort
  readonly known: KnownPrompts
  /** The prompt on the right that was seen last. */
  readonly right: string
  /** The row under the line that was accepted last. */
  readonly below: number | undefined
}

/** Comparing so many takes as long as reading a row. */
const CHARACTERS_PER_UNIT = 64

/** All ways to read the line that ends with this row as the one that was entered; the best first. */
export function* candidates(screen: Screen, entered: EnteredLine, where: Where): Generator<Candidate> {
  const rights = new Set([...entered.anchors.map(({ right }) => right), where.right])
  for (const candidate of allCandidates(screen, entered, where)) {
    if (!where.effort.isLeft) return
    where.effort.spend(1 + candidate.text.length / CHARACTERS_PER_UNIT, 0)
    yield { ...candidate, text: [...rights].reduce(withoutRight, candidate.text) }
    yield* overlapping(candidate, entered.texts)
  }
}

/** The text that the keys give stands there, but a part of it was taken for the prompt, or the prompt on the right follows. */
function* overlapping(candidate: Candidate, texts: readonly string[]): Generator<Candidate> {
  if (candidate.by === 'bare') return
  const line = candidate.prompt + candidate.text
  for (const text of texts) {
    const at = text.trim() === '' ? -1 : line.lastIndexOf(text)
    const isAcross = at >= 0 && at <= candidate.prompt.length && at + text.length > candidate.prompt.length
    if (isAcross && /^($| {2,}\S[^\n]*$)/.test(line.slice(at + text.length)))
      yield { ...candidate, prompt: line.slice(0, at), text }
  }
}

function* allCandidates(screen: Screen, entered: EnteredLine, where: Where): Generator<Candidate> {
  const { anchors, texts } = entered
  const { ends, row, known, effort } = where
  const oldestFirst = anchors.toReversed()
  const prompts = new Set(oldestFirst.map(({ prompt }) => prompt).filter((prompt) => prompt.trim() !== ''))
  effort.spend(ends.length * (1 + prompts.size), 0)
  for (const { firstRow, text } of ends) {
    const before = known.before(text)
    for (const prompt of before === undefined ? prompts : [before, ...prompts]) {
      if (beginsWith(text, prompt)) yield { text: text.slice(prompt.length), prompt, firstRow, by: 'prompt' }
    }
  }
  for (const anchor of oldestFirst) {
    if (!effort.isLeft) return
    if (row - (anchor.mark?.row ?? row) > mostRowsOf(entered, screen)) continue
    const text = textAfter(anchor, screen, row)
    if (text === undefined) continue
    effort.spend(1 + row - (anchor.mark?.row ?? row), screen.size.columns)
    yield withoutRowsBefore({ text, prompt: anchor.prompt, firstRow: anchor.mark?.row ?? row, by: 'place' })
  }
  yield* continued(ends, where.below)
  const whole = ends.at(-1)
  if (whole !== undefined) yield* bare(whole.text, texts, whole.firstRow)
}

/** How far a line goes down: where the keys tell what it is, it has no more rows than that takes, wide as its characters may be. */
function mostRowsOf({ isCertain, texts }: EnteredLine, { size: { columns } }: Screen): number {
  if (!isCertain) return Number.POSITIVE_INFINITY
  return Math.max(...texts.map((text) => text.split('\n').length + Math.ceil((2 * text.length) / columns)))
}

/** A command goes on right under its line, behind a prompt that says so: what was typed ahead did not see it. */
function* continued(ends: readonly LineEnd[], below: number | undefined): Generator<Candidate> {
  const end = ends.find(({ firstRow }) => firstRow === below)
  const prompt = end === undefined ? undefined : continuationBefore(end.text)
  if (end === undefined || prompt === undefined) return
  yield { text: end.text.slice(prompt.length), prompt, firstRow: end.firstRow, by: 'bare' }
}

/** Its first key came before the cursor had left the line before: it begins where something stands, behind its indent. */
function withoutRowsBefore(candidate: Candidate): Candidate {
  const [before = ''] = /^\s*\n/.exec(candidate.text) ?? []
  if (before === '') return candidate
  const rest = candidate.text.slice(before.length)
  const indent = rest.slice(0, rest.search(/\S|$/))
  const firstRow = candidate.firstRow + before.split('\n').length - 1
  return { ...candidate, text: rest.slice(indent.length), prompt: indent, firstRow }
}

/** The echo of a line that was typed ahead stands alone, or behind a prompt that was never seen before. */
function* bare(line: string, texts: readonly string[], firstRow: number): Generator<Candidate> {
  const indent = line.slice(0, line.search(/\S|$/))
  yield { text: line.slice(indent.length), prompt: indent, firstRow, by: 'bare' }
  for (const text of texts) {
    const prompt = line.slice(0, -text.trimEnd().length)
    if (text.trim().length > 1 && line.endsWith(text.trimEnd()) && /[$#%>❯»:?)\]] ?$/.test(prompt))
      yield { text, prompt, firstRow, by: 'bare' }
  }
}
