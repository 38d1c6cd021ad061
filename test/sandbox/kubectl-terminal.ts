import { spawn } from '@lydell/node-pty'

/** A program on a terminal of 91 × 37, with what it shows. */
export interface TerminalProgram {
  type(text: string): void
  resize(columns: number, rows: number): void
  /** Fulfils when the text has been shown after the last text that was waited for. */
  until(text: string): Promise<void>
  readonly exitCode: Promise<number>
}

export async function startTerminalOf(file: string, args: string[], env: NodeJS.ProcessEnv): Promise<TerminalProgram> {
  const terminal = spawn(file, args, { cols: 91, rows: 37, env: { ...env, TERM: 'xterm' } })
  let shown = ''
  let ended = false
  let check = () => {}
  terminal.onData((text) => {
    shown += text
    check()
  })
  const exitCode = new Promise<number>((resolve) => {
    terminal.onExit((exit) => {
      ended = true
      check()
      resolve(exit.exitCode)
    })
  })
  const until = (text: string) =>
    new Promise<void>((resolve, reject) => {
      check = () => {
        const at = shown.indexOf(text)
        if (at >= 0) {
          shown = shown.slice(at + text.length)
          resolve()
        } else if (ended)
          reject(new Error(`it ended before it showed ${JSON.stringify(text)}: ${JSON.stringify(shown)}`))
      }
      check()
    })
  return {
    type: (text) => terminal.write(text),
    resize: (columns, rows) => terminal.resize(columns, rows),
    until,
    exitCode,
  }
}
