/** Which columns a screen has room for, and how wide each is. Pure. */

export interface Column<Id extends string> {
  readonly id: Id
  readonly heading: string
  /** Narrower than this it is left out. */
  readonly least: number
  /** Its widest cell. */
  readonly most: number
  readonly align?: 'left' | 'right'
}

export interface FittedColumn<Id extends string> extends Column<Id> {
  readonly width: number
}

export const GAP = 2

/**
 * @param columns in their order on the screen
 * @param importance ids, the most important first: the others go one by one where there is no room for all
 */
export function fitted<Id extends string>(
  columns: readonly Column<Id>[],
  importance: readonly Id[],
  width: number,
): readonly FittedColumn<Id>[] {
  const shown = new Set<Id>()
  let left = width + GAP
  for (const id of importance) {
    const column = columns.find((each) => each.id === id)
    if (column === undefined || column.least + GAP > left) continue
    shown.add(id)
    left -= column.least + GAP
  }
  const widths = new Map<Id, number>()
  for (const id of importance) {
    const column = columns.find((each) => each.id === id)
    if (column === undefined || !shown.has(id)) continue
    const more = Math.max(0, Math.min(left, column.most - column.least))
    widths.set(id, column.least + more)
    left -= more
  }
  return columns.filter(({ id }) => shown.has(id)).map((column) => ({ ...column, width: widths.get(column.id) ?? 0 }))
}
