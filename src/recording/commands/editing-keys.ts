/** Which key does what in a line editor: what readline, zsh, fish and busybox share. */

export const HISTORY = new Set(['Up', 'Down', 'C-p', 'C-n', 'C-o', 'M-.', 'M-_', 'M-<', 'M->', 'M-p', 'M-n'])
export const SEARCH = new Set(['C-r', 'C-s'])
export const COMPLETION = new Set(['C-i', 'BackTab', 'M-?', 'M-*', 'M-C-i', 'M-/', 'M-='])
/** They change nothing of the line. */
export const HARMLESS = new Set(['C-l', 'C-g', 'C-q'])

export type Action =
  | 'backspace'
  | 'deleteForward'
  | 'end'
  | 'home'
  | 'interrupt'
  | 'killToEnd'
  | 'killToStart'
  | 'killWordLeft'
  | 'killWordLeftByLetters'
  | 'killWordRight'
  | 'left'
  | 'literal'
  | 'right'
  | 'transpose'
  | 'wordLeft'
  | 'wordRight'
  | 'yank'

/** The method of the line editor that a key calls. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  Left: 'left',
  'C-b': 'left',
  Right: 'right',
  'C-f': 'right',
  Home: 'home',
  'C-a': 'home',
  End: 'end',
  'C-e': 'end',
  'M-b': 'wordLeft',
  'M-f': 'wordRight',
  Backspace: 'backspace',
  'C-h': 'backspace',
  Delete: 'deleteForward',
  'C-d': 'deleteForward',
  'C-k': 'killToEnd',
  'C-u': 'killToStart',
  'C-w': 'killWordLeft',
  'M-Backspace': 'killWordLeftByLetters',
  'M-C-h': 'killWordLeftByLetters',
  'M-d': 'killWordRight',
  'C-y': 'yank',
  'C-t': 'transpose',
  'C-c': 'interrupt',
  'C-v': 'literal',
}
