/** What is forgotten when the screen looks somewhere else: rows of another place must never stand under its name. */
import { emptyList } from './list.ts'
import { type Place, type Screen, type State, UNKNOWN_RECORDING } from './model.ts'

/** Another context or namespace. */
export function movedTo(state: State, place: Place): State {
  if (place.context === state.place.context && place.namespace === state.place.namespace) return state
  const sameCluster = place.context === state.place.context
  return {
    ...state,
    place,
    pods: { ...emptyList(), filter: '' },
    podsFeed: { type: 'loading' },
    // Whether there is a collector is the cluster's to say, the rest its namespace's.
    recording: { ...UNKNOWN_RECORDING, collector: sameCluster ? state.recording.collector : 'unknown' },
    ...(sameCluster ? {} : { namespaces: [], namespacesFeed: { type: 'loading' } as const }),
    ...initialLists('recent'),
    ...initialLists('live'),
    ...initialLists('search'),
    preview: undefined,
    filtering: false,
  }
}

/** A screen's lists as they are before its source has said anything. */
export function initialLists(screen: Screen): Partial<State> {
  const sessionsFeed = { type: 'loading' } as const
  switch (screen) {
    case 'pods':
      return {}
    case 'recent':
      return { recent: emptyList(), sessionsFeed }
    case 'live':
      return { live: emptyList(), sessionsFeed }
    case 'search':
      return { hits: emptyList(), searchText: '', searchFeed: { type: 'live' } }
  }
}

/** As they were left. Of sessions that run some may have ended meanwhile, and nobody would say so. */
export function keptLists(screen: Screen): Partial<State> {
  if (screen === 'live') return initialLists('live')
  return screen === 'recent' ? { sessionsFeed: { type: 'loading' } } : {}
}
