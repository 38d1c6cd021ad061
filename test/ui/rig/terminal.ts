/** A terminal for the screen: keys in, bytes out, and what they come to on a real emulator. */
import { once } from 'node:events'
import { PassThrough, Writable } from 'node:stream'
import headless from '@xterm/headless'
import { showScreen } from '../../../src/ui/screen.tsx'
import type { Event } from '../../../src/ui/state/event.ts'
import { initialState, type Leaving, type Place, type Size } from '../../../src/ui/state/model.ts'
import { Store } from '../../../src/ui/store.ts'
import { themeOf } from '../../../src/ui/view/theme.ts'

export const NOW = Date.parse('2026-01-01T00:05:00Z')

interface FakeOptions {
  readonly place?: Place
  readonly contexts?: readonly string[]
  /** What stands on the screen when Ink comes. */
  readonly before?: (store: Store) => string
}

export class FakeTerminal {
  readonly store: Store
  readonly left: Promise<Leaving>
  readonly #stdin = new PassThrough()
  readonly #emulator: headless.Terminal
  readonly #stdout: Writable
  #bytes = 0
  #shown = ''
  #written = Promise.resolve()

  constructor(
    { columns, rows }: Size,
    env: NodeJS.ProcessEnv = { NO_COLOR: '1' },
    { place = { context: 'blue', namespace: 'default' }, contexts = ['blue', 'green'], before }: FakeOptions = {},
  ) {
    // As a terminal's driver does it (ONLCR).
    this.#emulator = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true })
    this.store = new Store(
      initialState({
        place,
        contexts,
        homes: { blue: 'default', green: 'shop' },
        size: { columns, rows },
        now: NOW,
      }),
    )
    const stdout = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.#bytes += chunk.length
        this.#shown += chunk.toString()
        this.#written = new Promise((resolve) => this.#emulator.write(chunk, resolve))
        done()
      },
    })
    this.#stdout = Object.assign(stdout, { isTTY: true, columns, rows })
    Object.assign(this.#stdin, { isTTY: true, setRawMode: () => {}, ref: () => {}, unref: () => {} })
    if (before !== undefined) stdout.write(before(this.store))
    const taken = before && (() => {})
    const streams = { stdin: this.#stdin, stdout, stderr: stdout, taken } as unknown as Parameters<typeof showScreen>[1]
    this.left = showScreen({ store: this.store, theme: themeOf(env) }, streams)
  }

  /** Everything that was written since it was asked last. */
  takeBytes(): number {
    const bytes = this.#bytes
    this.#bytes = 0
    return bytes
  }

  /** All bytes so far, as text. */
  get shown(): string {
    return this.#shown
  }

  say(...events: readonly Event[]): void {
    for (const event of events) this.store.dispatch(event)
  }

  type(keys: string): void {
    this.#stdin.write(keys)
  }

  /** The screen's lines, as soon as it shows this. */
  async until(what: string | RegExp): Promise<readonly string[]> {
    for (;;) {
      await this.#written
      const lines = this.lines()
      const text = lines.join('\n')
      if (typeof what === 'string' ? text.includes(what) : what.test(text)) return lines
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  lines(): readonly string[] {
    const { active } = this.#emulator.buffer
    return Array.from({ length: this.#emulator.rows }, (_, row) => active.getLine(row)?.translateToString(true) ?? '')
  }

  /** The letters that are underlined, of all rows. */
  underlined(): string {
    const { active } = this.#emulator.buffer
    const cells = Array.from({ length: this.#emulator.rows }, (_, row) =>
      Array.from({ length: this.#emulator.cols }, (_, column) => active.getLine(row)?.getCell(column)),
    )
    return cells.flatMap((row) => row.filter((cell) => cell?.isUnderline()).map((cell) => cell?.getChars())).join('')
  }

  /** As a window does it that is pulled at its corner. */
  resize({ columns, rows }: Size): void {
    this.#emulator.resize(columns, rows)
    Object.assign(this.#stdout, { columns, rows })
    this.#stdout.emit('resize')
  }

  async quit(): Promise<void> {
    this.type('\x03')
    await this.left
    await once(this.#stdin.end(), 'finish').catch(() => undefined)
  }
}
