import { type Snapshot, snapshotBytes } from '../recording/screen-snapshot.ts'

/** The screen as it was after so many events: a place to seek from. */
export interface KeyFrame {
  readonly position: number
  /** Of output, until here. */
  readonly bytes: number
  readonly snapshot: Snapshot
}

const MOST_BYTES = 16 * 1024 * 1024
/** Output that runs through the emulator within a tenth of a second, slow machines included. */
const FIRST_SPACING = 768 * 1024

/** Key frames of one recording, in their order and bounded: the longer it is, the farther they are apart. */
export class KeyFrames {
  #frames: KeyFrame[] = []
  #bytes = 0
  #spacing = FIRST_SPACING

  get count(): number {
    return this.#frames.length
  }

  /** Where the last one is. Everything until here can be sought exactly and fast. */
  get reach(): number {
    return this.#frames.at(-1)?.position ?? 0
  }

  /** Whether the next one is due, after so many bytes of output. */
  isDue(bytes: number): boolean {
    return bytes - (this.#frames.at(-1)?.bytes ?? 0) >= this.#spacing
  }

  /** Only after those that are there. */
  add(frame: KeyFrame): void {
    this.#frames.push(frame)
    this.#bytes += snapshotBytes(frame.snapshot)
    while (this.#bytes > MOST_BYTES && this.#frames.length > 2) this.#thinOut()
  }

  /** The last one that is not after this position. */
  before(position: number): KeyFrame | undefined {
    return this.#frames.findLast((frame) => frame.position <= position)
  }

  #thinOut(): void {
    this.#frames = this.#frames.filter((_, index) => index % 2 === 1)
    this.#bytes = this.#frames.reduce((sum, { snapshot }) => sum + snapshotBytes(snapshot), 0)
    this.#spacing *= 2
  }
}
