/** Ink's key events as ours. Pure. */
import type { Press } from '../state/event.ts'

export interface InkKey {
  readonly upArrow: boolean
  readonly downArrow: boolean
  readonly pageUp: boolean
  readonly pageDown: boolean
  readonly home: boolean
  readonly end: boolean
  readonly return: boolean
  readonly escape: boolean
  readonly backspace: boolean
  readonly delete: boolean
  readonly tab: boolean
  readonly ctrl: boolean
  readonly meta: boolean
}

const NAMED = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['pageUp', 'pageUp'],
  ['pageDown', 'pageDown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
  ['tab', 'tab'],
] as const

const CONTROLS: Readonly<Record<string, Press>> = {
  '\r': { name: 'enter' },
  '\n': { name: 'enter' },
  '\t': { name: 'tab' },
  '\x7f': { name: 'backspace' },
  '\b': { name: 'backspace' },
}

/** Over a slow link several keys arrive at once, as one text: each counts by itself. */
export function pressesOf(input: string, key: InkKey): Press[] {
  const named = NAMED.find(([name]) => key[name])
  if (named !== undefined) return [{ name: named[1] }]
  if (key.ctrl) return input.length === 1 ? [{ name: 'ctrl', letter: input }] : []
  if (key.meta) return []
  return [...input].flatMap(pressOf)
}

function pressOf(character: string): Press[] {
  const control = CONTROLS[character]
  if (control !== undefined) return [control]
  if (character >= ' ') return [{ name: 'text', text: character }]
  return [{ name: 'ctrl', letter: String.fromCharCode(character.charCodeAt(0) + 0x60) }]
}
