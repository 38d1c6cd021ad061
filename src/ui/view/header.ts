import { escapeText } from '../../recording/escape.ts'
import type { Screen, State } from '../state/model.ts'
import { clippedInside, padded, widthOf } from '../text.ts'
import type { Piece } from './piece.ts'
import type { Theme } from './theme.ts'
import { namespaceWords, recordingWords, toneColour } from './words.ts'

const TITLES: Readonly<Record<Screen, readonly [words: string, short: string]>> = {
  pods: ['pods', 'pods'],
  recent: ['recent sessions', 'recent'],
  live: ['live sessions', 'live'],
  search: ['search', 'search'],
}

/** Context and namespace are on every screen: at the wrong place nothing else matters. */
export function headerPieces(state: State, theme: Theme): readonly Piece[] {
  const { columns } = state.size
  const wide = columns >= 72
  const said = recordingWords(state.recording, theme.glyphs)
  const title = ` ${TITLES[state.screen][wide ? 0 : 1]}`
  const labels = wide ? ['  context ', '  namespace '] : ['  ', ' / ']
  const names: [string, string] = [
    escapeText(state.place.context) || 'none',
    escapeText(namespaceWords(state.place.namespace)),
  ]
  const free = columns - widthOf(title) - widthOf(labels.join('')) - 3
  // Where both do not fit, it is known where one is.
  const fits = widthOf(names.join('')) + widthOf(said.words) <= free
  const right = fits ? said.words : columns >= 36 ? said.short : ''
  const [context, namespace] = shared(names, { room: free - widthOf(right), ellipsis: theme.glyphs.ellipsis })
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
