import { turned } from '../state/keys.ts'
import { keyPage } from '../state/layout.ts'
import type { State } from '../state/model.ts'
import { clipped, padded, widthOf } from '../text.ts'
import type { Piece } from './piece.ts'
import type { Theme } from './theme.ts'
import { countWords, shownOf } from './words.ts'

type Hint = readonly [key: string, meaning: string]

const MORE: Hint = ['?', 'keys']
const BACK: Hint = ['Esc', 'back']

function hintsOf(state: State): readonly Hint[] {
  if (state.notice?.lines !== undefined) return [['any key', 'back']]
  if (state.help !== undefined) return pageHints(state, state.help)
  if (state.picker !== undefined) return [['Enter', 'choose'], BACK]
  if (state.screen === 'search') return searchHints(state)
  if (state.filtering)
    return [
      ['Enter', 'keep'],
      ['Esc', 'clear'],
    ]
  return [...rowHints(state), ...screenHints(state), MORE]
}

function pageHints(state: State, from: number): readonly Hint[] {
  const more = turned(from, keyPage(state)) !== undefined
  return more
    ? [
        ['Space', 'more'],
        ['other keys', 'back'],
      ]
    : [['any key', 'back']]
}

const OPENS = { pods: 'shell', recent: 'replay', live: 'watch', search: 'replay' } as const

/** What can be done with a row: nothing, where none is and none is on its way. */
function rowHints(state: State): readonly Hint[] {
  const { list, feed } = shownOf(state)
  if (list.rows.length === 0 && feed.type !== 'loading') return []
  const open: readonly Hint[] =
    list.visible.length > 0 || feed.type === 'loading' ? [['Enter', OPENS[state.screen]]] : []
  return list.filter === '' ? [...open, ['f', 'filter']] : [...open, ['Esc', 'clear filter']]
}

function searchHints(state: State): readonly Hint[] {
  const open: readonly Hint[] = state.hits.visible.length > 0 ? [['Enter', 'replay']] : []
  return [...open, BACK, ['Ctrl-O', state.searchOutput ? 'commands' : 'output too'], ['Tab', 'filter pods']]
}

function screenHints(state: State): readonly Hint[] {
  const { filter } = shownOf(state).list
  const back = filter === '' ? [BACK] : []
  switch (state.screen) {
    case 'pods':
    case 'search':
      return [
        ['n', 'ns'],
        ['r', 'recent'],
        ['w', 'live'],
        ['/', 'search'],
        ['c', 'context'],
        ['q', 'quit'],
      ]
    case 'recent':
      return [...back, ['w', 'live'], ['/', 'search'], ['n', 'ns']]
    case 'live':
      return [...back, ['r', 'recent'], ['n', 'ns']]
  }
}

/** What is there on the left, what can be done on the right. */
export function footerPieces(state: State, theme: Theme): readonly Piece[] {
  const { columns } = state.size
  const left = leftOf(state, theme)
  const used = left.reduce((sum, { text }) => sum + widthOf(text), 0)
  const hints = fitting(hintsOf(state), columns - used - 4)
  const right = hints.flatMap(([key, meaning], index): Piece[] => [
    { text: `${index === 0 ? '' : '  '}${key}`, bold: true, color: theme.accent },
    { text: ` ${meaning}`, color: theme.faint },
  ])
  const width = right.reduce((sum, { text }) => sum + widthOf(text), 0)
  return [...left, { text: padded('', columns - used - width - 1) }, ...right]
}

/** Hints go from the end, but the one that leads to all others stays. */
function fitting(hints: readonly Hint[], room: number): readonly Hint[] {
  const widthOfAll = (some: readonly Hint[]): number =>
    some.reduce((sum, [key, meaning]) => sum + widthOf(key) + widthOf(meaning) + 3, -2)
  if (hints.length === 0 || widthOfAll(hints) <= room) return hints
  const last = hints.at(-1)
  return fitting(last === MORE && hints.length > 1 ? hints.toSpliced(-2, 1) : hints.slice(0, -1), room)
}

function leftOf(state: State, theme: Theme): readonly Piece[] {
  const { list } = shownOf(state)
  const { cursor, ellipsis } = theme.glyphs
  const count = { text: ` ${countWords(state, theme.glyphs)}`, color: theme.faint }
  if (state.screen === 'search' || (list.filter === '' && !state.filtering)) return [count]
  const filter = clipped(list.filter, Math.max(4, Math.floor(state.size.columns / 3)), ellipsis)
  return [
    { text: ' filter ', color: theme.faint },
    { text: `${filter}${state.filtering ? cursor : ''}`, bold: true },
    { text: ' ' },
    count,
  ]
}
