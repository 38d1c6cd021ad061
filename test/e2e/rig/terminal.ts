import { type IPty, spawn } from '@lydell/node-pty'

export interface TerminalOptions {
  readonly env: NodeJS.ProcessEnv
  readonly columns?: number
  readonly rows?: number
  readonly cwd?: string
}

export interface TerminalEnd {
  readonly status: number
  /** The terminal's settings before and after, as `stty -g` says them. */
  readonly before: string
  readonly after: string
}

const SETTINGS = /<stty ([\w:]+)>\r?\n/g
/** The program between two looks at the terminal's settings. A key that ends the program does not end the shell around it. */
const SCRIPT = 'trap : INT; echo "<stty $(stty -g)>"; "$@"; status=$?; echo "<stty $(stty -g)>"; exit $status'

/** A program on a real pseudo-terminal, with all that it shows. */
export class TerminalRun implements AsyncDisposable {
  readonly #pty: IPty
  readonly #ended = Promise.withResolvers<number>()
  #bytes = Buffer.alloc(0)
  #seen = 0
  #over = false
  #look = (): void => {}

  constructor(argv: readonly string[], { env, columns = 91, rows = 37, cwd }: TerminalOptions) {
    const options = { cols: columns, rows, env: { TERM: 'xterm', ...env }, encoding: null, ...(cwd ? { cwd } : {}) }
    this.#pty = spawn('sh', ['-c', SCRIPT, 'sh', ...argv], options)
    this.#pty.onData((chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk as unknown as Buffer])
      this.#look()
    })
    this.#pty.onExit(({ exitCode, signal }) => {
      this.#over = true
      this.#look()
      this.#ended.resolve(signal ? 128 + signal : exitCode)
    })
  }

  /** Everything that was shown, without the settings that this rig printed. */
  get shown(): string {
    return this.#bytes.toString().replace(SETTINGS, '')
  }

  type(text: string | Uint8Array): void {
    this.#pty.write(text as string)
  }

  resize(columns: number, rows: number): void {
    this.#pty.resize(columns, rows)
  }

  /** Waits until `what` has been shown after whatever was waited for last, and gives the text up to its end. */
  async until(what: string | RegExp, seconds = 20): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const fail = (why: string) => reject(new Error(`${why} ${what}; shown: ${JSON.stringify(this.shown)}`))
    const timer = setTimeout(() => fail(`${seconds} s without`), seconds * 1000)
    this.#look = () => {
      const rest = this.#bytes.subarray(this.#seen).toString()
      const end = endOf(rest, what)
      if (end !== undefined) {
        this.#seen += Buffer.byteLength(rest.slice(0, end))
        resolve(rest.slice(0, end))
      } else if (this.#over) fail('it ended without')
    }
    this.#look()
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#look = () => {}
    }
  }

  async end(): Promise<TerminalEnd> {
    const status = await this.#ended.promise
    const [before = '', after = ''] = [...this.#bytes.toString().matchAll(SETTINGS)].map(([, words = '']) => words)
    return { status, before, after }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#over) this.#pty.kill('SIGKILL')
    await this.#ended.promise
  }
}

function endOf(text: string, what: string | RegExp): number | undefined {
  if (typeof what === 'string') {
    const at = text.indexOf(what)
    return at < 0 ? undefined : at + what.length
  }
  const match = what.exec(text)
  return match === null ? undefined : match.index + match[0].length
}
