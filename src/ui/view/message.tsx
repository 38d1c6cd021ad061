import { staleOf } from '../state/layout.ts'
import type { State } from '../state/model.ts'
import { Line } from './line.tsx'
import { clipped } from './text.ts'
import type { Theme } from './theme.ts'
import { secondsUntil } from './words.ts'

function staleWords(feed: NonNullable<ReturnType<typeof staleOf>>, now: number): string {
  const why =
    feed.type === 'lost'
      ? `Connection lost, again in ${secondsUntil(feed.retryAt, now)} s.`
      : 'Stopped: Ctrl-R tries again.'
  return `${why} What you see is from before. ${feed.trouble.what}`
}

/** The line for what must not be overlooked: the connection is gone, or what the last session came to. */
export function Message({ state, theme }: { readonly state: State; readonly theme: Theme }) {
  const within = (words: string): string => clipped(words, state.size.columns - 1, theme.glyphs.ellipsis)
  const { notice } = state
  if (notice?.lines !== undefined) return null
  if (notice === undefined) {
    const stale = staleOf(state)
    if (stale === undefined) return null
    return (
      <Line
        theme={theme}
        pieces={[{ text: within(` ${staleWords(stale, state.now)}`), color: theme.bad, bold: true }]}
      />
    )
  }
  return <Line theme={theme} pieces={[{ text: within(` ${notice.words}`), color: theme[notice.tone], bold: true }]} />
}
