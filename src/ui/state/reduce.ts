/** One event after another makes the state. Pure: what is to be fetched follows from the state (see wanted.ts). */
import type { Event } from './event.ts'
import { heightOf, pickerHeight } from './layout.ts'
import { merged, newestFirst, scrolled, selectedRow, withRows } from './list.ts'
import type { State } from './model.ts'
import { namespaceChoices } from './pickers.ts'
import { pointed, pressed } from './press.ts'
import { hitRow, sessionRow } from './session-row.ts'

export function reduce(state: State, event: Event): State {
  const next = changed(state, event)
  return next === state ? state : settled(next)
}

function changed(state: State, event: Event): State {
  switch (event.type) {
    case 'press':
      return pressed(state, event.press)
    case 'point':
      return pointed(state, event.key)
    case 'pods-listed':
      return { ...state, pods: withRows(state.pods, event.rows) }
    case 'pods-changed':
      return { ...state, pods: withRows(state.pods, merged(state.pods.rows, event.changes)) }
    case 'pods-feed':
      return { ...state, podsFeed: event.feed }
    case 'recording':
      return { ...state, recording: event.recording }
    case 'namespaces-listed':
      return { ...state, namespaces: event.names, picker: renamed(state, event.names) }
    case 'namespaces-feed':
      return { ...state, namespacesFeed: event.feed }
    case 'sessions-changed':
      return withSessions(state, event)
    case 'sessions-from':
      return { ...state, readFrom: event.place }
    case 'sessions-feed':
      return { ...state, sessionsFeed: event.feed }
    case 'hits':
      return { ...state, hits: withRows(state.hits, event.hits.map(hitRow)) }
    case 'search-feed':
      return { ...state, searchFeed: event.feed }
    case 'preview':
      return state.preview?.id === event.id ? { ...state, preview: event } : state
    case 'resized':
      return { ...state, size: event.size }
    case 'tick':
      return ticked(state, event.now)
    case 'returned':
      return { ...state, leaving: undefined, notice: event.notice }
    default:
      return event satisfies never
  }
}

/** Ages of a few seconds may be a little old; a countdown may not. */
const COARSE_TICK_MS = 3000

function ticked(state: State, now: number): State {
  const counting = state.podsFeed.type === 'lost' || state.sessionsFeed.type === 'lost'
  return counting || now - state.now >= COARSE_TICK_MS ? { ...state, now } : state
}

function withSessions(state: State, { upserts, removed }: Event & { type: 'sessions-changed' }): State {
  const changes = { upserts: upserts.map(sessionRow), removed }
  if (state.screen === 'live') {
    const ended = changes.upserts.filter(({ session }) => session.status.phase !== 'Live').map(({ key }) => key)
    const living = changes.upserts.filter(({ session }) => session.status.phase === 'Live')
    const rows = merged(state.live.rows, { upserts: living, removed: [...removed, ...ended] }, newestFirst)
    return { ...state, live: withRows(state.live, rows) }
  }
  return { ...state, recent: withRows(state.recent, merged(state.recent.rows, changes, newestFirst)) }
}

function renamed({ picker, place }: State, names: readonly string[]): State['picker'] {
  if (picker?.kind !== 'namespace') return picker
  return { ...picker, choices: withRows(picker.choices, namespaceChoices(names, place.namespace)) }
}

/** The list on the screen shows its cursor. The others stay as they were left. */
function settled(state: State): State {
  const shown = withPreview(scrolledList(state))
  const { picker } = shown
  if (picker === undefined) return shown
  return { ...shown, picker: { ...picker, choices: scrolled(picker.choices, pickerHeight(shown)) } }
}

function scrolledList(state: State): State {
  const height = heightOf(state)
  switch (state.screen) {
    case 'pods':
      return { ...state, pods: scrolled(state.pods, height) }
    case 'recent':
      return { ...state, recent: scrolled(state.recent, height) }
    case 'live':
      return { ...state, live: scrolled(state.live, height) }
    case 'search':
      return { ...state, hits: scrolled(state.hits, height) }
  }
}

/** The preview is of the session under the cursor. */
function withPreview(state: State): State {
  const id = previewed(state)
  if (id === state.preview?.id) return state
  return { ...state, preview: id === undefined ? undefined : { id } }
}

export function previewed(state: State): string | undefined {
  switch (state.screen) {
    case 'pods':
      return undefined
    case 'recent':
      return selectedRow(state.recent)?.key
    case 'live':
      return selectedRow(state.live)?.key
    case 'search':
      return selectedRow(state.hits)?.hit.session.metadata.name
  }
}
