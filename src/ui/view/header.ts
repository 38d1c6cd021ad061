import { escapeText } from '../../recording/escape.ts'
import type { Screen, State } from '../state/model.ts'
import type { Piece } from './piece.ts'
import { clippedInside, padded, widthOf } from './text.ts'
import type { Theme } from './theme.ts'
import { namespaceWords, recordingWords, toneColour } from './words.ts'

const TITLES: Readonly<Record<Screen, string>> = {
  pods: 'pods',
  recent: 'recent sessions',
  live: 'live sessions',
  search: 'search',
}

/** Context and namespace are on every screen: at the wrong place nothing else matters. */
export function headerPieces(state: State, theme: Theme): readonly Piece[] {
  const { columns } = state.size
  const wide = columns >= 72
  const said = recordingWords(state.recording, theme.glyphs)
  // Where both do not fit, it is known where one is.
  const right = columns >= 100 ? said.words : columns >= 36 ? said.short : ''
  const title = ` ${TITLES[state.screen]}`
  const labels = wide ? ['  context ', '  namespace '] : ['  ', ' / ']
  const room = columns - widthOf(title) - widthOf(labels.join('')) - widthOf(right) - 3
  const [context, namespace] = shared(
    [escapeText(state.place.context) || 'none', escapeText(namespaceWords(state.place.namespace))],
    { room, ellipsis: theme.glyphs.ellipsis },
  )
  const left: Piece[] = [
    { text: title, bold: true, color: theme.accent },
    { text: labels[0] ?? '', color: theme.faint },
    { text: context, bold: true },
    { text: labels[1] ?? '', color: theme.faint },
    { text: namespace, bold: true },
  ]
  const used = left.reduce((sum, { text }) => sum + widthOf(text), 0)
  const gap = columns - used - widthOf(right) - 1
  const end = gap >= 1 ? [{ text: `${padded('', gap)}${right}`, color: toneColour(theme, said.tone) }] : []
  return [...left, ...end]
}

interface Room {
  readonly room: number
  readonly ellipsis: string
}

/** Both names whole where they fit; else the longer one is cut in its middle, since both of its ends tell something. */
function shared([first, second]: [string, string], { room, ellipsis }: Room): [string, string] {
  const half = Math.floor(room / 2)
  const forSecond = Math.max(half, room - widthOf(first))
  const cutSecond = clippedInside(second, Math.max(4, forSecond), ellipsis)
  return [clippedInside(first, Math.max(4, room - widthOf(cutSecond)), ellipsis), cutSecond]
}
