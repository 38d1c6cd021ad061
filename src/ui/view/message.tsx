import { layoutOf, messageColumns } from '../state/layout.ts'
import { messageOf } from '../state/message.ts'
import type { State } from '../state/model.ts'
import { clipped, wrapped } from '../text.ts'
import { Lines } from './lines.tsx'
import type { Theme } from './theme.ts'

/** As many lines as the layout has for it; the last one is cut where there are more. */
export function Message({ state, theme }: { readonly state: State; readonly theme: Theme }) {
  const message = messageOf(state)
  if (message === undefined) return null
  const [width, rows] = [messageColumns(state), layoutOf(state).message]
  const lines = wrapped(message.words, width)
  const last = clipped(lines.slice(rows - 1).join(' '), width, theme.glyphs.ellipsis)
  const look = { color: theme[message.tone], bold: true }
  return (
    <Lines theme={theme} lines={[...lines.slice(0, rows - 1), last].map((line) => [{ text: ` ${line}`, ...look }])} />
  )
}
