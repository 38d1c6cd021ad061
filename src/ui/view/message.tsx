import type { State } from '../state/model.ts'
import { Line } from './line.tsx'
import { clipped } from './text.ts'
import type { Theme } from './theme.ts'
import { secondsUntil, shownOf } from './words.ts'

/** The line for what must not be overlooked: the connection is gone, or what the last session came to. */
export function Message({ state, theme }: { readonly state: State; readonly theme: Theme }) {
  const { feed, list } = shownOf(state)
  const within = (words: string): string => clipped(words, state.size.columns - 1, theme.glyphs.ellipsis)
  if (feed.type === 'lost') {
    const again = `again in ${secondsUntil(feed.retryAt, state.now)} s`
    const stale = list.rows.length > 0 ? ' What you see is from before.' : ''
    const text = within(` Connection lost, ${again}.${stale} ${feed.trouble.what}`)
    return <Line theme={theme} pieces={[{ text, color: theme.bad, bold: true }]} />
  }
  const { notice } = state
  if (notice === undefined || notice.lines !== undefined) return null
  return <Line theme={theme} pieces={[{ text: within(` ${notice.words}`), color: theme[notice.tone], bold: true }]} />
}
