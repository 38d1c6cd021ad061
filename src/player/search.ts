/** Finds a text on the screen, over time: the moments at which a line with it appears. */

import type { Screen } from '../recording/screen.ts'
import type { KeyFrames } from './key-frames.ts'
import { Projector, type Reel } from './projector.ts'
import type { TapeEvent } from './tape-event.ts'
import { nextTurn } from './turn.ts'

export interface Hit {
  /** After so many events the text is on the screen. */
  readonly position: number
  readonly elapsed: number
}

export interface SearchOrder {
  readonly text: string
  /** Positions where the search begins; it goes away from there. */
  readonly from: number
  readonly direction: -1 | 1
  isOver(): boolean
  /** 0 to 1. */
  progress(part: number): void
}

/** Letters of either case, unless the text has a capital itself: as `less -i` does it. */
export function matcherOf(text: string): (line: string) => boolean {
  if (text !== text.toLowerCase()) return (line) => line.includes(text)
  return (line) => line.toLowerCase().includes(text)
}

export class ScreenSearch {
  readonly #reel: Reel
  readonly #keyFrames: KeyFrames

  constructor(reel: Reel, keyFrames: KeyFrames) {
    this.#reel = reel
    this.#keyFrames = keyFrames
  }

  async find(order: SearchOrder): Promise<Hit | undefined> {
    const projector = new Projector(this.#reel)
    try {
      return order.direction > 0 ? await this.#forwards(projector, order) : await this.#backwards(projector, order)
    } finally {
      projector.screen.dispose()
    }
  }

  async #forwards(projector: Projector, order: SearchOrder): Promise<Hit | undefined> {
    const end = this.#reel.tape.length
    this.#setBefore(projector, order.from)
    let found: Hit | undefined
    const hear = (hit: Hit): boolean => {
      if (hit.position > order.from) found = hit
      return found !== undefined
    }
    await this.#run(projector, { ...order, until: end, hear })
    return found
  }

  /** Part by part from one key frame to the next, the last part first: the last hit of a part is the one. */
  async #backwards(projector: Projector, order: SearchOrder): Promise<Hit | undefined> {
    let until = order.from - 1
    while (until > 0 && !order.isOver()) {
      const start = this.#setBefore(projector, until - 1)
      let last: Hit | undefined
      const hear = (hit: Hit): boolean => {
        last = hit
        return false
      }
      await this.#run(projector, { ...order, until, hear })
      if (last !== undefined) return last
      until = start
    }
    return undefined
  }

  #setBefore(projector: Projector, position: number): number {
    const frame = this.#keyFrames.before(position)
    if (frame === undefined) projector.rewind()
    else projector.setTo(frame)
    return projector.position
  }

  /** `hear` answers whether to stop. */
  async #run(
    projector: Projector,
    order: SearchOrder & { readonly until: number; hear(hit: Hit): boolean },
  ): Promise<void> {
    const matches = matcherOf(order.text)
    let shown = matchingLines(projector.screen, matches)
    let isFound = false
    const look = ({ elapsed, kind }: TapeEvent): boolean => {
      if (kind !== 'output') return false
      const lines = matchingLines(projector.screen, matches)
      // A line that grows while it is typed is the same line.
      const isNew = lines.some((line) => !shown.some((before) => line.startsWith(before)))
      shown = lines
      isFound = isNew && order.hear({ position: projector.position, elapsed })
      return isFound
    }
    while (!isFound && projector.position < order.until && !order.isOver()) {
      await projector.advance(order.until, look)
      order.progress(Math.abs(projector.position - order.from) / Math.max(1, this.#reel.tape.length))
      await nextTurn()
    }
  }
}

/** Lines as they were written: rows that wrapped are one, as far as they are on the screen. */
function matchingLines(screen: Screen, matches: (line: string) => boolean): string[] {
  const found: string[] = []
  const { rows } = screen.size
  for (let row = 0; row < rows; ) {
    const parts = [screen.row(row)]
    for (row += 1; row < rows && screen.isWrapped(row); row += 1) parts.push(screen.row(row))
    const line = parts.join('')
    if (matches(line)) found.push(line)
  }
  return found
}
