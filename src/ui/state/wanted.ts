/** What must be fetched for a state: named, not done, so that it can be tested. See ../fetching.ts. */
import type { Place, State } from './model.ts'

export interface Wanted {
  readonly pods: Place
  readonly recording: Place
  readonly namespaces: { readonly context: string } | undefined
  readonly sessions: { readonly place: Place; readonly live: boolean } | undefined
  readonly search: { readonly place: Place; readonly text: string; readonly output: boolean } | undefined
  readonly preview: { readonly place: Place; readonly id: string } | undefined
}

export type Slot = keyof Wanted

/** A want that is the same as before is left running; `attempt` makes it another. */
export function wanted(state: State): Wanted {
  const { place, screen, preview, searchText } = state
  const picks = state.picker?.kind === 'namespace' && state.namespacesFeed.type !== 'live'
  const reads = screen === 'recent' || screen === 'live'
  const text = searchText.trim()
  return {
    pods: place,
    recording: place,
    namespaces: picks || state.namespaces.length > 0 ? { context: place.context } : undefined,
    sessions: reads ? { place, live: screen === 'live' } : undefined,
    search: screen === 'search' && text !== '' ? { place, text, output: state.searchOutput } : undefined,
    preview: preview === undefined ? undefined : { place, id: preview.id },
  }
}
