/** A list that lives: rows come and go under the cursor, which stays on its row. Pure. */

export interface Row {
  /** Names the row for as long as it is there. */
  readonly key: string
  /** What a filter looks at, in lower case. */
  readonly words: string
}

export interface List<R extends Row> {
  readonly rows: readonly R[]
  /** Those that pass the filter, in their order. */
  readonly visible: readonly R[]
  readonly filter: string
  /** Of the row under the cursor; undefined while nothing is visible. */
  readonly key: string | undefined
  /** Its place among the visible, and where the cursor stays when its row goes. */
  readonly index: number
  /** The first row on the screen. */
  readonly top: number
}

export const emptyList = <R extends Row>(): List<R> => ({
  rows: [],
  visible: [],
  filter: '',
  key: undefined,
  index: 0,
  top: 0,
})

/** Every word of the filter must be somewhere in the row. */
export function passes(filter: string): (row: Row) => boolean {
  const terms = filter.toLowerCase().split(/\s+/).filter(Boolean)
  return ({ words }) => terms.every((term) => words.includes(term))
}

export function withRows<R extends Row>(list: List<R>, rows: readonly R[]): List<R> {
  const visible = list.filter === '' ? rows : rows.filter(passes(list.filter))
  return onRow({ ...list, rows, visible })
}

/** A longer filter can only take rows away, so the cursor stays on its row while that is among them. */
export function withFilter<R extends Row>(list: List<R>, filter: string): List<R> {
  const visible = filter === '' ? list.rows : list.rows.filter(passes(filter))
  return onRow({ ...list, filter, visible })
}

function onRow<R extends Row>(list: List<R>): List<R> {
  const { visible, key } = list
  if (visible.length === 0) return { ...list, key: undefined, index: 0, top: 0 }
  const found = visible[list.index]?.key === key ? list.index : visible.findIndex((row) => row.key === key)
  // Nobody moved the cursor off the first row: what arrives above it is the first row then.
  const index = key === undefined ? 0 : found >= 0 ? found : Math.min(list.index, visible.length - 1)
  return { ...list, index, key: visible[index]?.key }
}

/** Moves the cursor. It stops at the ends. */
export function moved<R extends Row>(list: List<R>, to: number): List<R> {
  const index = Math.max(0, Math.min(to, list.visible.length - 1))
  return { ...list, index, key: list.visible[index]?.key }
}

/** Scrolls no further than it must, so that the cursor is on a screen of `height` rows and no row is wasted. */
export function scrolled<R extends Row>(list: List<R>, height: number): List<R> {
  const last = Math.max(0, list.visible.length - height)
  const top = Math.max(0, Math.min(list.top, list.index, last))
  const seen = Math.max(top, list.index - Math.max(1, height) + 1)
  return seen === list.top ? list : { ...list, top: seen }
}

export const selectedRow = <R extends Row>(list: List<R>): R | undefined => list.visible[list.index]

/** The rows on a screen of `height` rows. */
export const onScreen = <R extends Row>(list: List<R>, height: number): readonly R[] =>
  list.visible.slice(list.top, list.top + height)

/** Rows in their order, with some of them replaced, added or taken away. */
export function merged<R extends Row>(
  rows: readonly R[],
  { upserts, removed }: Changes<R>,
  order: (a: Row, b: Row) => number = byKey,
): readonly R[] {
  const fresh = new Map(upserts.map((row) => [row.key, row]))
  const gone = new Set(removed)
  const kept = rows.filter(({ key }) => !gone.has(key)).map((row) => take(fresh, row.key) ?? row)
  return fresh.size === 0 ? kept : [...kept, ...fresh.values()].sort(order)
}

export interface Changes<R extends Row> {
  readonly upserts: readonly R[]
  readonly removed: readonly string[]
}

export const byKey = (a: Row, b: Row): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

/** Session ids sort by their time. */
export const newestFirst = (a: Row, b: Row): number => byKey(b, a)

function take<R>(rows: Map<string, R>, key: string): R | undefined {
  const row = rows.get(key)
  rows.delete(key)
  return row
}
