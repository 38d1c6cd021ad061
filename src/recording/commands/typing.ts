import type { Anchor } from './anchor.ts'
import type { Place } from './command-list.ts'
import { type EnteredLine, tailOf } from './entered-line.ts'
import type { Key } from './keys.ts'
import { LONGEST_WATCHED, MOST_COMPARED } from './limits.ts'
import { LineEditor } from './line-editor.ts'
import { TypedGatherer } from './typed-text.ts'

/** An empty text is what a bare Enter gives, unless a key may have brought another. */
function textsOf(texts: readonly string[], isCertain: boolean): string[] {
  const some = [...new Set(texts)].filter((text) => text.trim() !== '')
  return some.length === 0 && isCertain ? [''] : some
}

/** The line that is being typed. */
export class Typing {
  readonly #whole = new LineEditor()
  /** Only what came since the newest anchor. */
  readonly #recent = new LineEditor()
  #anchors: Anchor[] = []
  #seqs: number[] = []
  readonly #typed = new TypedGatherer()
  #hasKeys = false
  #began = { elapsed: 0, outputs: 0 }

  /** No key of it was pressed yet. */
  get isFresh(): boolean {
    return !this.#hasKeys
  }

  get isPasting(): boolean {
    return this.#whole.isPasting
  }

  /** What the keys since the newest anchor give, where they alone tell. */
  get recentText(): string | undefined {
    return this.#recent.isCertain ? this.#recent.text : undefined
  }

  /** What all its keys give; where `isCertain` is false, something may stand in between. */
  get text(): string {
    return this.#whole.text
  }

  get isCertain(): boolean {
    return this.#whole.isCertain
  }

  get isLong(): boolean {
    return this.#whole.length > LONGEST_WATCHED
  }

  get oldestAnchor(): Anchor | undefined {
    return this.#anchors.at(-1)
  }

  get anchor(): Anchor | undefined {
    return this.#anchors[0]
  }

  /** From here on the line may have begun anew. */
  anchorAt(anchor: Anchor): void {
    this.#recent.clear()
    const dropped = [...this.#anchors].splice(MOST_COMPARED - 1)
    for (const { mark } of dropped) mark?.dispose()
    this.#anchors = [anchor, ...this.#anchors].slice(0, MOST_COMPARED)
  }

  take(key: Key): void {
    if (key.type === 'report') return
    this.#hasKeys = true
    if (key.type === 'text') this.#typed.add(key.text)
    this.#whole.take(key)
    this.#recent.take(key)
  }

  /** This input record holds keys of the line. */
  heldBy(seq: number): void {
    if (this.#seqs.at(-1) !== seq) this.#seqs.push(seq)
    this.#typed.heldBy(seq)
  }

  doubt(why: string): void {
    this.#whole.doubt(why)
    this.#recent.doubt(why)
  }

  /** Its first key comes now. */
  begin(elapsed: number, outputs: number): void {
    this.#began = { elapsed, outputs }
  }

  /** Ends the line. */
  enter(place: Place): EnteredLine {
    const texts = textsOf([this.#whole.text, this.#recent.text], this.#whole.isCertain)
    const entered: EnteredLine = {
      ...place,
      texts,
      tails: texts.map(tailOf),
      isCertain: this.#whole.isCertain,
      doubts: this.#whole.doubts,
      anchors: this.#anchors,
      seqs: this.#seqs,
      typed: this.#typed.typed,
      keying: {
        records: this.#seqs.length,
        takes: place.elapsed - this.#began.elapsed,
        outputsBefore: this.#began.outputs,
      },
      looks: 0,
      isStale: false,
    }
    this.#anchors = []
    this.clear()
    return entered
  }

  /** Forgets the line, as Ctrl-C does. */
  clear(): void {
    for (const { mark } of this.#anchors) mark?.dispose()
    this.#whole.clear()
    this.#recent.clear()
    this.#anchors = []
    this.#seqs = []
    this.#typed.clear()
    this.#hasKeys = false
  }
}
