import { isWritten } from '../log/writer-mark.ts'

const HOLDS_MS = 1_000

/** Which logs a living process writes: looked up at most once a second for each. */
export class Writers {
  readonly #own: ReadonlySet<string>
  readonly #known = new Map<string, { readonly written: boolean; readonly at: number }>()

  /** @param own folders that this very process writes */
  constructor(own: readonly string[]) {
    this.#own = new Set(own)
  }

  /** What `look` found; a folder that it did not look at is written by nobody. */
  isWritten(folder: string): boolean {
    return this.#own.has(folder) || this.#known.get(folder)?.written === true
  }

  async look(folders: Iterable<string>): Promise<void> {
    const now = performance.now()
    const due = [...folders].filter((folder) => {
      const at = this.#known.get(folder)?.at
      return !this.#own.has(folder) && (at === undefined || now - at > HOLDS_MS)
    })
    await Promise.all(
      due.map(async (folder) => this.#known.set(folder, { written: await isWritten(folder), at: performance.now() })),
    )
  }
}
