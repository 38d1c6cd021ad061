/** Runs a recording through an emulator, forwards by itself and backwards by way of key frames. */
import type { TerminalSize } from '../protocol/channel.ts'
import { decodeTerminalSize } from '../protocol/terminal-size.ts'
import type { OpenScreen, Screen } from '../recording/screen.ts'
import type { KeyFrame } from './key-frames.ts'
import type { OpenedChunk, Tape } from './tape.ts'
import type { TapeEvent } from './tape-event.ts'

/** How long one step may keep the event loop: keys are answered in between. */
const SLICE_MS = 8

/** Of a terminal that nobody told otherwise. */
const USUAL_SIZE: TerminalSize = { columns: 80, rows: 24 }

export interface Reel {
  readonly tape: Tape
  readonly open: OpenScreen
  /** Without a terminal lines end with LF alone: the screen needs what a terminal's driver would have added. */
  readonly addReturns: boolean
}

export class Projector {
  readonly #reel: Reel
  screen: Screen
  /** How many events have been shown. */
  position = 0
  /** Bytes of output until here, of this recording and not just of this projector. */
  bytes = 0

  constructor(reel: Reel) {
    this.#reel = reel
    this.screen = reel.open(USUAL_SIZE)
  }

  setTo({ position, bytes, snapshot }: KeyFrame): void {
    this.screen.dispose()
    this.screen = this.#reel.open(snapshot.size, { from: snapshot })
    this.position = position
    this.bytes = bytes
  }

  /** Back to the beginning, before everything. */
  rewind(): void {
    this.screen.dispose()
    this.screen = this.#reel.open(USUAL_SIZE)
    this.position = 0
    this.bytes = 0
  }

  /** With an empty screen somewhere in the middle. */
  startRoughly({ first, size }: Pick<OpenedChunk, 'first' | 'size'>): void {
    this.rewind()
    this.position = first
    if (size !== undefined) this.screen.resize(size)
  }

  /**
   * Shows events until `goal` have been shown, for a few milliseconds at most. Tells each before the next; where `shown`
   * answers true it stops there. Returns whether the goal is reached.
   */
  async advance(goal: number, shown?: (event: TapeEvent) => boolean): Promise<boolean> {
    const until = performance.now() + SLICE_MS
    const end = Math.min(goal, this.#reel.tape.length)
    while (this.position < end) {
      const { first, events } = await this.#reel.tape.chunkWith(this.position)
      const stop = Math.min(end, first + events.length)
      if (stop <= this.position) throw new Error('a recording became shorter while it was read')
      while (this.position < stop) {
        const event = events[this.position - first]
        if (event === undefined) break
        this.#show(event)
        if (shown?.(event) === true) return true
        if (performance.now() > until) return this.position >= end
      }
    }
    return true
  }

  #show({ kind, payload }: TapeEvent): void {
    this.position += 1
    if (kind === 'output') {
      this.bytes += payload.length
      this.screen.write(this.#reel.addReturns ? withReturns(payload) : payload)
    } else if (kind === 'resize') {
      const size = decodeTerminalSize(payload)
      if (size !== undefined && size.columns > 0 && size.rows > 0) this.screen.resize(size)
    }
  }
}

/** termios(3), ONLCR. */
const withReturns = (bytes: Buffer): Buffer =>
  bytes.includes(10) ? Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1') : bytes
