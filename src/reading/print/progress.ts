/**
 * How far a long piece of work is, as one line on stderr that is redrawn. Nothing is drawn where stderr is no terminal, where
 * it cannot redraw, or in the first moments; the line is gone when the work is done.
 */

/** The part of `process.stderr` that it needs. */
export interface ProgressScreen {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface ProgressOptions {
  /** What is being done: `exporting`. */
  readonly label: string
  /** What is counted, in the plural: `records`. */
  readonly unit: string
  /** How many there will be; absent where that is unknown. */
  readonly total?: number
  readonly screen: ProgressScreen
  readonly env: NodeJS.ProcessEnv
  /** ms, of a monotonic clock. */
  readonly now: () => number
}

/** Work that is done sooner needs no bar. */
const FIRST_MS = 300
const REDRAW_MS = 100
const BAR_CELLS = 24
const DEFAULT_COLUMNS = 80
const CLEAR_LINE = '\r\x1b[K'

export class Progress implements Disposable {
  readonly #options: ProgressOptions
  readonly #draws: boolean
  #done = 0
  #due: number
  #drawn = false
  /** Its first step may take a while. */
  readonly #first: NodeJS.Timeout | undefined

  constructor(options: ProgressOptions) {
    const { screen, env, now } = options
    this.#options = options
    this.#draws = screen.isTTY === true && env.TERM !== 'dumb' && !env.ACCESSIBLE
    this.#due = now() + FIRST_MS
    this.#first = this.#draws ? setTimeout(() => this.#drawIfDue(), FIRST_MS + 1).unref() : undefined
  }

  advance(by = 1): void {
    this.#done += by
    if (this.#draws) this.#drawIfDue()
  }

  /** A line that stays, above the one that is redrawn. */
  say(line: string): void {
    const { screen } = this.#options
    screen.write(`${this.#drawn ? CLEAR_LINE : ''}${line}\n`)
  }

  #drawIfDue(): void {
    const time = this.#options.now()
    if (time < this.#due) return
    this.#due = time + REDRAW_MS
    this.#drawn = true
    const { screen } = this.#options
    screen.write(`${CLEAR_LINE}${progressLine({ ...this.#options, done: this.#done, columns: screen.columns })}`)
  }

  /** Takes the line away: before a message, or at the end. */
  [Symbol.dispose](): void {
    clearTimeout(this.#first)
    if (this.#drawn) this.#options.screen.write(CLEAR_LINE)
    this.#drawn = false
  }
}

export interface ProgressState {
  readonly label: string
  readonly unit: string
  readonly total?: number | undefined
  readonly done: number
  readonly columns?: number | undefined
}

/** One line, narrower than the terminal. A share is named only where the total is known, and never more than all of it. */
export function progressLine({ label, unit, total, done, columns: width }: ProgressState): string {
  // A terminal that does not know its width says 0.
  const columns = width || DEFAULT_COLUMNS
  const hasShare = total !== undefined && total > 0 && done <= total
  const amount = hasShare ? `${grouped(done)} of ${grouped(total)} ${unit}` : `${grouped(done)} ${unit}`
  const words = `${label}  ${amount}`
  if (!hasShare) return words.slice(0, columns - 1)
  const share = done / total
  const filled = Math.floor(share * BAR_CELLS)
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)} ${String(Math.floor(share * 100)).padStart(3)} %`
  const line = `${label}  ${bar}  ${amount}`
  return line.length < columns ? line : words.slice(0, columns - 1)
}

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')
