import type { NumberedChange } from './changes.ts'
import { pick, type Walk } from './search/candidates.ts'
import type { SessionRow } from './store/session-row.ts'

export interface ToldChange {
  readonly type: 'ADDED' | 'MODIFIED'
  readonly row: SessionRow
}

/**
 * What a change is to somebody who watches a selection. A session may come into it by its end or its commands: then it is
 * new to them (`seen` holds the keys of those that are not). Of those that run, its end is told too: nothing else says that
 * it is none of them any more.
 */
export function changeFor(walk: Walk, { key, type }: NumberedChange, seen: Set<number>): ToldChange | undefined {
  const { phase, exitCode, command } = walk.selection
  const row = pick(walk, key)
  if (row !== undefined) {
    const comesLater = phase === 'Ended' || phase === 'Lost' || exitCode !== undefined || command !== undefined
    const isNew = type === 'ADDED' || (comesLater && !seen.has(key))
    if (comesLater) seen.add(key)
    return { type: isNew ? 'ADDED' : 'MODIFIED', row }
  }
  if (phase !== 'Live' || type === 'ADDED') return undefined
  const { phase: _, ...others } = walk.selection
  const gone = pick({ ...walk, selection: others }, key)
  return gone === undefined ? undefined : { type: 'MODIFIED', row: gone }
}
