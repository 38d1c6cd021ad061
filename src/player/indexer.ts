/** Runs the whole recording through an emulator of its own, and leaves key frames behind. */
import type { KeyFrames } from './key-frames.ts'
import { Projector, type Reel } from './projector.ts'
import { type Alarm, nextTurn } from './turn.ts'

export interface Indexing {
  readonly keyFrames: KeyFrames
  /** Rings when there is more on the tape. */
  readonly more: Alarm
  /** Whether somebody waits for a picture: that goes first. */
  isBusy(): boolean
  isOver(): boolean
  progress(): void
}

export class Indexer {
  readonly #reel: Reel
  readonly #projector: Projector

  constructor(reel: Reel) {
    this.#reel = reel
    this.#projector = new Projector(reel)
  }

  /** Everything until here was seen. */
  get position(): number {
    return this.#projector.position
  }

  async run(indexing: Indexing): Promise<void> {
    while (!indexing.isOver()) {
      if (indexing.isBusy()) await nextTurn()
      else if (this.#projector.position >= this.#reel.tape.length) await indexing.more.wait(1000)
      else {
        await this.#projector.advance(this.#reel.tape.length, () => this.#keep(indexing.keyFrames))
        indexing.progress()
        await nextTurn()
      }
    }
    this.#projector.screen.dispose()
  }

  #keep(keyFrames: KeyFrames): false {
    const { position, bytes, screen } = this.#projector
    if (!keyFrames.isDue(bytes)) return false
    const snapshot = screen.snapshot()
    if (snapshot !== undefined) keyFrames.add({ position, bytes, snapshot })
    return false
  }
}
