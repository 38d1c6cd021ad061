/**
 * A screen that can be copied and set back: what makes a recording seekable. Everything that a recording wrote goes in
 * here and nowhere else; what comes out are cells.
 */
import type * as Headless from '@xterm/headless'
import type { TerminalSize } from '../protocol/channel.ts'
import { Screen } from '../recording/screen.ts'
import { limitCounts, withFewMarks } from '../recording/screen-limits.ts'
import { isBetweenSequences, type Snapshot, setBack, snapshotOf } from './snapshot.ts'

/** Of a terminal that nobody told otherwise. */
export const USUAL_SIZE: TerminalSize = { columns: 80, rows: 24 }

export type OpenEmulator = (from?: Snapshot) => Emulator

export class Emulator {
  readonly screen: Screen
  readonly terminal: Headless.Terminal

  /** Use `loadEmulator`. */
  constructor(terminal: Headless.Terminal) {
    this.terminal = terminal
    this.screen = new Screen(terminal)
  }

  /** Undefined in the middle of a sequence or of a character: no copy holds half of one. */
  snapshot(): Snapshot | undefined {
    return isBetweenSequences(this.terminal) ? snapshotOf(this.terminal) : undefined
  }

  get isCursorVisible(): boolean {
    return !(this.terminal as unknown as CursorState)._core.coreService.isCursorHidden
  }
}

/** The public door does not tell whether a program has hidden the cursor. */
interface CursorState {
  readonly _core: { readonly coreService: { readonly isCursorHidden: boolean } }
}

/** The emulator is loaded once; then each one costs a millisecond. */
export async function loadEmulator(): Promise<OpenEmulator> {
  const [{ default: headless }, { default: unicode }] = await Promise.all([
    import('@xterm/headless'),
    import('@xterm/addon-unicode11'),
  ])
  return (from) => {
    const { columns: cols, rows } = from?.size ?? USUAL_SIZE
    const terminal = new headless.Terminal({ allowProposedApi: true, logLevel: 'off', cols, rows, scrollback: 0 })
    const register = (provider: Headless.IUnicodeVersionProvider): void => {
      const limited = withFewMarks(provider)
      terminal.unicode.register(limited)
      terminal.unicode.activeVersion = limited.version
    }
    new unicode.Unicode11Addon().activate({ unicode: { register } } as Headless.Terminal)
    const emulator = new Emulator(terminal)
    limitCounts(terminal)
    // A hyperlink costs memory for as long as its line is there, and none is ever painted.
    emulator.screen.onOsc(8, () => {})
    if (from !== undefined) setBack(terminal, from)
    return emulator
  }
}
