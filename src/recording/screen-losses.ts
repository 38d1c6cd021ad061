import type * as Headless from '@xterm/headless'
import type { ScreenHistory } from './screen-history.ts'
import { isAlternating } from './screen-limits.ts'

/** Told at the moment when something on the screen is about to be lost. */
export interface LossListener {
  /** All that is shown, or what scrolled off. */
  erasing(): void
  leavingAlternate(): void
  /** Every row that there was is gone, scrolled off or not. */
  wasReset(): void
}

/** Register it before the limits: of what they pass over nothing is to be told, and what is registered last is asked first. */
export function tellLosses(terminal: Headless.Terminal, history: ScreenHistory, listener?: LossListener): void {
  const { parser } = terminal
  parser.registerEscHandler({ final: 'c' }, () => {
    listener?.erasing()
    terminal.reset()
    history.begin()
    listener?.wasReset()
    return true
  })
  if (listener === undefined) return
  parser.registerCsiHandler({ final: 'J' }, ([mode]) => {
    if (erasesAll(terminal, Number(mode ?? 0))) listener.erasing()
    return false
  })
  parser.registerCsiHandler({ prefix: '?', final: 'l' }, (modes) => {
    if (terminal.buffer.active.type === 'alternate' && isAlternating(modes)) listener.leavingAlternate()
    return false
  })
}

/** Of "erase in display": from the cursor on, which is all where it stands at home; all; what scrolled off. */
function erasesAll(terminal: Headless.Terminal, mode: number): boolean {
  const { cursorX, cursorY } = terminal.buffer.active
  return mode === 2 || mode === 3 || (mode === 0 && cursorX === 0 && cursorY === 0)
}
