/** What must not be overlooked: what the last thing came to, or that what is shown is from before. Pure. */
import type { Feed, Notice, State } from './model.ts'

export interface Message {
  readonly tone: Notice['tone']
  readonly words: string
}

/**
 * A notice of several lines has the screen for itself.
 * @param again the key that fetches again
 */
export function messageOf(state: State, again = 'Ctrl-R'): Message | undefined {
  const { notice, now } = state
  if (notice !== undefined) return notice.lines === undefined ? notice : undefined
  const stale = staleOf(state)
  return stale === undefined ? undefined : { tone: 'bad', words: staleWords(stale, { now, again }) }
}

type Stale = Exclude<Feed, { readonly type: 'loading' | 'live' }>

/** Why the rows on the screen are from before. Without rows, the empty screen says it. */
function staleOf(state: State): Stale | undefined {
  const [rows, feed] = shownRows(state)
  return rows === 0 || feed.type === 'loading' || feed.type === 'live' ? undefined : feed
}

function shownRows({ screen, ...state }: State): readonly [rows: number, feed: Feed] {
  switch (screen) {
    case 'pods':
      return [state.pods.visible.length, state.podsFeed]
    case 'recent':
      return [state.recent.visible.length, state.sessionsFeed]
    case 'live':
      return [state.live.visible.length, state.sessionsFeed]
    case 'search':
      return [state.hits.visible.length, state.searchFeed]
  }
}

function staleWords(feed: Stale, { now, again }: { readonly now: number; readonly again: string }): string {
  const why =
    feed.type === 'lost'
      ? `Connection lost, again in ${secondsUntil(feed.retryAt, now)} s.`
      : `Stopped: ${again} tries again.`
  return `${why} What you see is from before. ${feed.trouble.what}`
}

export const secondsUntil = (moment: number, now: number): number => Math.max(0, Math.ceil((moment - now) / 1000))
