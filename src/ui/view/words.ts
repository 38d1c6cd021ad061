/** What the screen says about its sources, and about recording. Pure. */
import type { Feed, Recording, State } from '../state/model.ts'
import { counted } from '../text.ts'
import type { Glyphs, Theme } from './theme.ts'

/** One word for a column. */
export function recordWord({ collector, required, allowed, isPending }: Recording): string {
  if (isPending) return ''
  if (allowed === 'no') return 'denied'
  switch (collector) {
    case 'yes':
      return required === 'yes' ? 'required' : 'cluster'
    case 'no':
      return 'local'
    case 'broken':
      return 'down'
    case 'unknown':
      return 'unknown'
  }
}

export interface Said {
  readonly words: string
  readonly short: string
  readonly tone: 'good' | 'pending' | 'bad' | 'faint'
}

/** For the header. It says no more than is known: whether a webhook is there is not for everybody to read. */
export function recordingWords(recording: Recording, { full, open, ellipsis }: Glyphs): Said {
  if (recording.isPending) return { words: ellipsis, short: ellipsis, tone: 'faint' }
  if (recording.allowed === 'no')
    return { words: `${open} you may not exec here`, short: `${open} denied`, tone: 'bad' }
  switch (recording.collector) {
    case 'yes':
      return recording.required === 'yes'
        ? { words: `${full} recorded in the cluster, required`, short: `${full} required`, tone: 'good' }
        : { words: `${full} recorded in the cluster`, short: `${full} recorded`, tone: 'good' }
    case 'no':
      return { words: `${open} recorded on this machine only`, short: `${open} local`, tone: 'pending' }
    case 'broken':
      return { words: `${open} the collector does not answer`, short: `${open} down`, tone: 'bad' }
    case 'unknown':
      return { words: 'recording unknown', short: 'unknown', tone: 'faint' }
  }
}

export const NOUNS = { pods: 'pod', recent: 'session', live: 'live session', search: 'hit' } as const

/** `3 of 12 pods · live` */
export function countWords(state: State, glyphs: Glyphs): string {
  const { feed, list } = shownOf(state)
  const noun = NOUNS[state.screen]
  const count =
    list.filter === ''
      ? counted(list.rows.length, noun)
      : `${list.visible.length} of ${counted(list.rows.length, noun)}`
  const words = feedWord(feed, glyphs)
  // None is a number only where somebody counted.
  const known = list.rows.length > 0 || (feed.type === 'live' && !isUnasked(state))
  return [...(known ? [count] : []), ...(words === '' ? [] : [words])].join(` ${glyphs.separator} `)
}

/** Nothing was looked for yet. */
const isUnasked = ({ screen, searchText }: State): boolean => screen === 'search' && searchText.trim() === ''

export function feedWord(feed: Feed, { ellipsis }: Glyphs): string {
  switch (feed.type) {
    case 'loading':
      return `loading${ellipsis}`
    case 'live':
      return feed.every === undefined ? '' : `every ${feed.every} s`
    case 'lost':
      return 'connection lost'
    case 'refused':
    case 'failed':
      return ''
  }
}

/** The list on the screen and how its source does. */
export function shownOf(state: State) {
  switch (state.screen) {
    case 'pods':
      return { list: state.pods, feed: state.podsFeed }
    case 'recent':
      return { list: state.recent, feed: state.sessionsFeed }
    case 'live':
      return { list: state.live, feed: state.sessionsFeed }
    case 'search':
      return { list: state.hits, feed: state.searchFeed }
  }
}

export const namespaceWords = (namespace: string): string => (namespace === '' ? 'all namespaces' : namespace)

export const toneColour = (theme: Theme, tone: Said['tone']): string | undefined => theme[tone]
