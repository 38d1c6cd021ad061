import { useInput, usePaste } from 'ink'
import type { Press } from '../state/event.ts'
import { type InkKey, pressesOf } from './presses.ts'

/** Gives away every key. Pasted text comes as one piece, so that a line break in it opens nothing. */
export function Keyboard({ onPress }: { readonly onPress: (press: Press) => void }) {
  useInput((input, key: InkKey) => {
    for (const press of pressesOf(input, key)) onPress(press)
  })
  usePaste((text) => onPress({ name: 'paste', text }))
  return null
}
