/**
 * What a key does. Plain letters are keys everywhere but in a line that is being typed (the filter, the search, a picker):
 * were they to begin a filter as well, `web` would open the live sessions at its first letter.
 */
import type { Press } from './event.ts'
import { turned } from './keys.ts'
import { heightOf, keyPage, pickerHeight } from './layout.ts'
import { type List, moved, type Row, selectedRow, withFilter } from './list.ts'
import type { Screen, State } from './model.ts'
import { chosen, containerPicker, contextPicker, namespacePicker } from './pickers.ts'
import { initialLists, keptLists, movedTo } from './places.ts'
import { momentOf } from './session-row.ts'

export function pressed(state: State, press: Press): State {
  if (press.name === 'ctrl' && press.letter === 'c') return { ...state, leaving: { to: 'quit' } }
  // Whatever key closes it does nothing else.
  if (state.notice?.lines !== undefined) return { ...state, notice: undefined }
  const calm = state.notice === undefined ? state : { ...state, notice: undefined }
  if (calm.help !== undefined) return onKeys(calm, calm.help, press)
  if (calm.picker !== undefined) return inPicker(calm, press)
  if (calm.screen === 'search') return inSearch(calm, press)
  if (calm.filtering) return inFilter(calm, press)
  return press.name === 'text' ? onLetter(calm, press.text) : onKey(calm, press)
}

/** The new place of the cursor, undefined where the key is not one that moves it. */
export function destination(list: List<Row>, press: Press, height: number): number | undefined {
  switch (press.name) {
    case 'up':
      return list.index - 1
    case 'down':
      return list.index + 1
    case 'pageUp':
      return list.index - Math.max(1, height - 1)
    case 'pageDown':
      return list.index + Math.max(1, height - 1)
    case 'home':
      return 0
    case 'end':
      return list.visible.length - 1
    default:
      return undefined
  }
}

/** Puts the cursor on a row by its name. One that is gone leaves it where it is. */
export function pointed(state: State, key: string): State {
  const to = <R extends Row>(list: List<R>): List<R> => {
    const index = list.visible.findIndex((row) => row.key === key)
    return index < 0 ? list : moved(list, index)
  }
  const { picker } = state
  return picker === undefined ? withList(state, to) : { ...state, picker: { ...picker, choices: to(picker.choices) } }
}

const LIST_OF = { pods: 'pods', recent: 'recent', live: 'live', search: 'hits' } as const

/** The same change for whichever list is on the screen. */
function withList(state: State, change: <R extends Row>(list: List<R>) => List<R>): State {
  switch (state.screen) {
    case 'pods':
      return { ...state, pods: change(state.pods) }
    case 'recent':
      return { ...state, recent: change(state.recent) }
    case 'live':
      return { ...state, live: change(state.live) }
    case 'search':
      return { ...state, hits: change(state.hits) }
  }
}

const listOn = (state: State): List<Row> => state[LIST_OF[state.screen]]

function navigated(state: State, press: Press): State | undefined {
  const to = destination(listOn(state), press, heightOf(state))
  return to === undefined ? undefined : withList(state, (list) => moved(list, to))
}

/** vi's and less's letters for the same moves. */
const MOVES: Readonly<Record<string, Press>> = {
  j: { name: 'down' },
  k: { name: 'up' },
  g: { name: 'home' },
  G: { name: 'end' },
  ' ': { name: 'pageDown' },
}

function onLetter(state: State, text: string): State {
  const move = MOVES[text]
  if (move !== undefined) return onKey(state, move)
  switch (text) {
    case 'q':
      return { ...state, leaving: { to: 'quit' } }
    // Who comes from k9s opens a shell by it.
    case 's':
      return opened(state)
    case '?':
      return { ...state, help: 0 }
    case 'f':
      return { ...state, filtering: true }
    case 'c':
      return { ...state, picker: contextPicker(state) }
    case 'n':
      return { ...state, picker: namespacePicker(state) }
    case '0':
      return movedTo(state, { ...state.place, namespace: '' })
    case 'p':
      return onScreen(state, 'pods')
    case 'r':
      return onScreen(state, 'recent')
    case 'w':
      return onScreen(state, 'live')
    case '/':
      return onScreen(state, 'search')
    default:
      return state
  }
}

/** The screens on the way stay behind it; to one of them it is the way back. */
function onScreen(state: State, screen: Screen): State {
  if (state.screen === screen) return state
  const at = state.trail.indexOf(screen)
  const trail = screen === 'pods' ? [] : at < 0 ? [...state.trail, state.screen] : state.trail.slice(0, at)
  return { ...state, ...(at < 0 ? initialLists(screen) : keptLists(screen)), screen, trail, preview: undefined }
}

/** Space and its like turn the pages of what there is no room for at once; any other key leaves. */
function onKeys(state: State, from: number, press: Press): State {
  const onwards = press.name === 'down' || press.name === 'pageDown' || (press.name === 'text' && press.text === ' ')
  return { ...state, help: onwards ? turned(from, keyPage(state)) : undefined }
}

const CTRL_MOVES: Readonly<Record<string, Press>> = {
  b: { name: 'pageUp' },
  f: { name: 'pageDown' },
  p: { name: 'up' },
  n: { name: 'down' },
}

function onKey(state: State, press: Press): State {
  if (press.name === 'ctrl') {
    const move = CTRL_MOVES[press.letter]
    if (move !== undefined) return navigated(state, move) ?? state
    return press.letter === 'r' ? fetchedAgain(state) : state
  }
  if (press.name === 'enter') return opened(state)
  if (press.name === 'escape') return withdrawn(state)
  return navigated(state, press) ?? state
}

/** Rows stay until others come; why there were none is forgotten at once, so that one sees that it is tried. */
function fetchedAgain(state: State): State {
  const loading = { type: 'loading' } as const
  const searches = state.screen === 'search' && state.searchText.trim() !== ''
  return {
    ...state,
    attempt: state.attempt + 1,
    podsFeed: loading,
    sessionsFeed: loading,
    ...(searches ? { searchFeed: loading } : {}),
  }
}

/** One step back: the filter first, then the screen that one came from. From the first screen there is nowhere to go. */
function withdrawn(state: State): State {
  if (listOn(state).filter !== '') return withList(state, (list) => withFilter(list, ''))
  return onScreen(state, state.trail.at(-1) ?? 'pods')
}

function opened(state: State): State {
  const { place } = state
  switch (state.screen) {
    case 'pods':
      return containerPicker(state)
    case 'recent': {
      const row = selectedRow(state.recent)
      return row === undefined ? state : { ...state, leaving: { to: 'replay', place, moment: row.key } }
    }
    case 'live': {
      const row = selectedRow(state.live)
      return row === undefined ? state : { ...state, leaving: { to: 'watch', place, id: row.key } }
    }
    case 'search': {
      const row = selectedRow(state.hits)
      return row === undefined ? state : { ...state, leaving: { to: 'replay', place, moment: momentOf(row.hit) } }
    }
  }
}

const LONGEST_PASTE = 200

/** Its first line, as far as it is text. */
const pasted = (text: string): string =>
  (text.trimStart().split(/[\r\n]/)[0] ?? '').replace(/\p{C}/gu, '').slice(0, LONGEST_PASTE)

/** The line after a key: letters come and go at its end. Undefined where the key is not for it. */
export function edited(line: string, press: Press): string | undefined {
  if (press.name === 'text') return line + press.text
  if (press.name === 'paste') return line + pasted(press.text)
  if (press.name === 'backspace') return [...line].slice(0, -1).join('')
  if (press.name !== 'ctrl') return undefined
  if (press.letter === 'u') return ''
  return press.letter === 'w' ? line.replace(/\S*\s*$/, '') : undefined
}

function inFilter(state: State, press: Press): State {
  const line = edited(listOn(state).filter, press)
  if (line !== undefined) return withList(state, (list) => withFilter(list, line))
  if (press.name === 'enter') return { ...state, filtering: false }
  if (press.name === 'escape') return { ...withList(state, (list) => withFilter(list, '')), filtering: false }
  return navigated(state, press) ?? state
}

/** Its line is always being typed; Tab takes what was typed to the pods, for those whose `/` filters. */
function inSearch(state: State, press: Press): State {
  const line = edited(state.searchText, press)
  if (line !== undefined) return { ...state, searchText: line }
  if (press.name === 'ctrl' && press.letter === 'o') return { ...state, searchOutput: !state.searchOutput }
  if (press.name === 'tab') {
    return { ...onScreen(state, 'pods'), pods: withFilter(state.pods, state.searchText), filtering: true }
  }
  return onKey(state, press)
}

function inPicker(state: State, press: Press): State {
  const { picker } = state
  if (picker === undefined || press.name === 'escape') return { ...state, picker: undefined }
  if (press.name === 'enter') return chosen(state, picker)
  const line = edited(picker.choices.filter, press)
  const choices =
    line === undefined ? movedIn(picker.choices, press, pickerHeight(state)) : withFilter(picker.choices, line)
  return { ...state, picker: { ...picker, choices } }
}

function movedIn<R extends Row>(list: List<R>, press: Press, height: number): List<R> {
  const move = press.name === 'ctrl' ? CTRL_MOVES[press.letter] : press
  const to = move === undefined ? undefined : destination(list, move, height)
  return to === undefined ? list : moved(list, to)
}
