/** No eye sees less. */
const TOGETHER_MS = 30

/** What comes shortly one after another is one change of the screen: to draw each would take longer than to receive it. */
export class Gathering<Item> implements Disposable {
  readonly #tell: (items: readonly Item[]) => void
  #items: Item[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(tell: (items: readonly Item[]) => void) {
    this.#tell = tell
  }

  add(item: Item): void {
    this.#items.push(item)
    this.#timer ??= setTimeout(() => this.#flush(), TOGETHER_MS)
  }

  /** Tells the rest. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#flush()
  }

  #flush(): void {
    const items = this.#items
    this.#items = []
    this.#timer = undefined
    if (items.length > 0) this.#tell(items)
  }
}
