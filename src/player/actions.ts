import type { Key, NamedKey } from './keys.ts'

/** What a person at the player wants. */
export type Action =
  | { readonly type: 'quit' }
  | { readonly type: 'pause' }
  | { readonly type: 'step' }
  | { readonly type: 'skip'; readonly micros: number }
  | { readonly type: 'command'; readonly direction: -1 | 1 }
  | { readonly type: 'percent'; readonly percent: number }
  | { readonly type: 'speed'; readonly change: 'faster' | 'slower' | 'true' }
  | { readonly type: 'find'; readonly direction: -1 | 1 }
  | { readonly type: 'ask'; readonly what: 'time' | 'search' }
  | { readonly type: 'scroll'; readonly rows: number; readonly columns: number }
  | { readonly type: 'follow-cursor' }
  | { readonly type: 'keys' }
  | { readonly type: 'input' }
  | { readonly type: 'start' }
  | { readonly type: 'live' }
  | { readonly type: 'repaint' }
  | { readonly type: 'suspend' }
  | { readonly type: 'dismiss' }

const SECOND = 1e6

const NAMED: Readonly<Record<NamedKey, Action | undefined>> = {
  left: { type: 'skip', micros: -5 * SECOND },
  right: { type: 'skip', micros: 5 * SECOND },
  up: { type: 'scroll', rows: -1, columns: 0 },
  down: { type: 'scroll', rows: 1, columns: 0 },
  'shift-left': { type: 'scroll', rows: 0, columns: -8 },
  'shift-right': { type: 'scroll', rows: 0, columns: 8 },
  home: { type: 'start' },
  end: { type: 'live' },
  enter: undefined,
  escape: { type: 'dismiss' },
  backspace: undefined,
  'ctrl-c': { type: 'quit' },
  'ctrl-l': { type: 'repaint' },
  'ctrl-u': undefined,
  'ctrl-z': { type: 'suspend' },
}

const CHARACTERS: Readonly<Record<string, Action>> = {
  q: { type: 'quit' },
  ' ': { type: 'pause' },
  '.': { type: 'step' },
  '[': { type: 'command', direction: -1 },
  ']': { type: 'command', direction: 1 },
  p: { type: 'command', direction: -1 },
  n: { type: 'command', direction: 1 },
  N: { type: 'find', direction: -1 },
  '<': { type: 'speed', change: 'slower' },
  '>': { type: 'speed', change: 'faster' },
  '=': { type: 'speed', change: 'true' },
  g: { type: 'ask', what: 'time' },
  G: { type: 'live' },
  '/': { type: 'ask', what: 'search' },
  c: { type: 'follow-cursor' },
  i: { type: 'input' },
  '?': { type: 'keys' },
}

/** @param isSearching after a search n and N mean its hits, as in less; [ and ] are commands always */
export function actionOf(key: Key, isSearching: boolean): Action | undefined {
  if (key.type === 'named') return NAMED[key.name]
  if (/^[0-9]$/.test(key.text)) return { type: 'percent', percent: Number(key.text) * 10 }
  if (isSearching && key.text === 'n') return { type: 'find', direction: 1 }
  return CHARACTERS[key.text]
}

/** The page behind `?`. */
export const KEY_HELP: readonly (readonly [string, string])[] = [
  ['space', 'pause, go on'],
  ['q  ^C', 'quit'],
  ['.', 'pause, and show the next output'],
  ['← →', '5 seconds back, on'],
  ['[ ]  p n', 'command before, next command'],
  ['< > =', 'slower, faster, true speed'],
  ['0 … 9', 'to 0 … 90 %'],
  ['g', 'go to a time: 83.2, 1:23, 1m23s'],
  ['Home, End G', 'start; end, or live'],
  ['/', 'search what was on the screen'],
  ['n N', 'next hit, hit before (Esc: commands)'],
  ['i', 'show what was typed, or hide it'],
  ['↑ ↓ ⇧← ⇧→, c', 'move over a larger screen; follow'],
  ['^L  ^Z', 'paint anew; suspend'],
]
