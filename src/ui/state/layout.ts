/** How the screen is divided. Pure, so that the reducer scrolls by the same numbers by which the view draws. */
import { wrapped } from '../text.ts'
import { keyLines } from './keys.ts'
import { messageOf } from './message.ts'
import type { Size, State } from './model.ts'

/** Below this nothing useful fits. */
export const SMALLEST: Size = { columns: 16, rows: 4 }

/** From here on there is room for lines that only make it calmer. */
const ROOMY_ROWS = 16
/** From here on a preview stands beside its list, else below it. */
const BESIDE_COLUMNS = 120
const BELOW_ROWS = 20
/** Heading of the columns. */
const HEADING_ROWS = 1

export interface Layout {
  readonly rules: boolean
  /** Rows between header and footer, without the message. */
  readonly body: number
  /** Of the list, without its heading. */
  readonly list: number
  readonly preview: { readonly at: 'beside' | 'below' | 'nowhere'; readonly columns: number; readonly rows: number }
  /** Rows of the message. */
  readonly message: number
}

export function layoutOf(state: State): Layout {
  const { rows } = state.size
  const rules = rows >= ROOMY_ROWS
  const message = messageRows(state, rules)
  const prompt = state.screen === 'search' ? 1 : 0
  const body = Math.max(0, rows - 2 - (rules ? 2 : 0) - message - prompt)
  const preview = previewOf(state, body)
  const taken = preview.at === 'below' ? preview.rows : 0
  return { rules, message, body, preview, list: Math.max(0, body - HEADING_ROWS - taken) }
}

export const heightOf = (state: State): number => layoutOf(state).list

function previewOf({ screen, size, help }: State, body: number): Layout['preview'] {
  if (screen === 'pods' || help !== undefined) return { at: 'nowhere', columns: 0, rows: 0 }
  if (size.columns >= BESIDE_COLUMNS) return { at: 'beside', columns: Math.floor(size.columns * 0.42), rows: body }
  if (size.rows >= BELOW_ROWS) return { at: 'below', columns: size.columns, rows: Math.floor(body / 2) }
  return { at: 'nowhere', columns: 0, rows: 0 }
}

/** Borders, the line that is typed, and a note of one line or two. */
const PICKER_ROWS = 5

/** Rows of a picker's list. */
export const pickerHeight = (state: State): number => Math.max(1, Math.min(14, layoutOf(state).body - PICKER_ROWS))

/** The page of keys: how many rows it has, and how many lines there are. */
export const keyPage = (state: State): { readonly rows: number; readonly lines: number } => ({
  rows: layoutOf(state).body,
  lines: keyLines(state.size).length,
})

/** Lines of their own for what must not be overlooked: a session's id is to be read whole. */
function messageRows(state: State, roomy: boolean): number {
  const message = messageOf(state)
  if (message === undefined) return 0
  return roomy ? Math.min(2, wrapped(message.words, messageColumns(state)).length) : 1
}

/** It stands one column in from either side. */
export const messageColumns = ({ size }: State): number => Math.max(1, size.columns - 2)
