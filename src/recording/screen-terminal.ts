/** The one place that makes an emulator: its widths and limits are those of every picture we show. */
import type * as Headless from '@xterm/headless'
import type { TerminalSize } from '../protocol/channel.ts'
import { withFewMarks } from './screen-limits.ts'

export type OpenTerminal = (size: TerminalSize, scrollback: number) => Headless.Terminal

/** The emulator is 180 KB of code: it is loaded with the first screen, and then each costs a millisecond. */
export async function loadTerminals(): Promise<OpenTerminal> {
  const [{ default: headless }, { default: unicode }] = await Promise.all([
    import('@xterm/headless'),
    import('@xterm/addon-unicode11'),
  ])
  return ({ columns: cols, rows }, scrollback) => {
    const terminal = new headless.Terminal({ allowProposedApi: true, logLevel: 'off', cols, rows, scrollback })
    const register = (provider: Headless.IUnicodeVersionProvider): void => {
      const limited = withFewMarks(provider)
      terminal.unicode.register(limited)
      terminal.unicode.activeVersion = limited.version
    }
    new unicode.Unicode11Addon().activate({ unicode: { register } } as Headless.Terminal)
    return terminal
  }
}
