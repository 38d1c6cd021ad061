/** Looks ahead: the picture of a moment up to which the recording is not read yet, from a place shortly before it. */
import type { ReadRecord } from '../protocol/read-record.ts'
import type { Waypoint } from '../protocol/session-library.ts'
import type { Screen } from '../recording/screen.ts'
import { Projector, type Reel } from './projector.ts'
import { Tape } from './tape.ts'
import { nextTurn } from './turn.ts'

/** How long records may be taken in one go. */
const SLICE_MS = 6

export interface ScoutOptions {
  readonly reel: Reel
  readonly waypoints: Promise<readonly Waypoint[]>
  readonly records: (fromSeq: number, signal: AbortSignal) => AsyncIterable<ReadRecord>
  /** There is a picture. */
  seen(): void
}

interface Look {
  readonly elapsed: number
  readonly leaving: AbortController
  screen: Screen | undefined
  isOver: boolean
}

export class Scout {
  readonly #options: ScoutOptions
  #look: Look | undefined

  constructor(options: ScoutOptions) {
    this.#options = options
    // Without them the picture comes when the recording is read up to there.
    options.waypoints.catch(() => undefined)
  }

  /** The moment's picture, as far as what shortly came before it tells. */
  get screen(): Screen | undefined {
    return this.#look?.screen
  }

  /** Whether a picture may come soon. */
  get isLooking(): boolean {
    return this.#look?.isOver === false
  }

  /** @param elapsed µs since the session was opened */
  aim(elapsed: number): void {
    if (this.#look?.elapsed === elapsed) return
    this.forget()
    const look: Look = { elapsed, leaving: new AbortController(), screen: undefined, isOver: false }
    this.#look = look
    void this.#run(look)
  }

  forget(): void {
    this.#look?.leaving.abort()
    this.#look?.screen?.dispose()
    this.#look = undefined
  }

  async #run(look: Look): Promise<void> {
    try {
      const screen = await this.#picture(look)
      if (look.leaving.signal.aborted) return screen?.dispose()
      look.screen = screen
    } catch {
      // Nobody depends on it.
    } finally {
      look.isOver = true
    }
    if (look.screen !== undefined) this.#options.seen()
  }

  async #picture({ elapsed, leaving: { signal } }: Look): Promise<Screen | undefined> {
    const { reel, records, waypoints } = this.#options
    const from = shortlyBefore(await waypoints, elapsed)
    if (from === undefined || signal.aborted) return undefined
    const tape = await tapeOf(records(from.seq, signal), elapsed)
    const projector = new Projector({ ...reel, tape })
    // Where no size is told behind that place: most terminals keep theirs.
    const { first, size = reel.tape.size } = tape.roughStart(tape.length)
    projector.startRoughly({ first, size })
    while (!(await projector.advance(tape.length)) && !signal.aborted) await nextTurn()
    return projector.screen
  }
}

async function tapeOf(records: AsyncIterable<ReadRecord>, until: number): Promise<Tape> {
  const tape = new Tape(() => records)
  let pause = performance.now() + SLICE_MS
  for await (const record of records) {
    if (record.elapsed > until) break
    tape.append(record)
    if (performance.now() < pause) continue
    await nextTurn()
    pause = performance.now() + SLICE_MS
  }
  return tape
}

/** Not the last place before it, which may be so near that nothing of the screen comes behind it, but the one before. */
function shortlyBefore(waypoints: readonly Waypoint[], elapsed: number): Waypoint | undefined {
  const after = waypoints.findIndex((waypoint) => waypoint.elapsed > elapsed)
  const before = (after === -1 ? waypoints.length : after) - 1
  return before < 0 ? undefined : waypoints[Math.max(0, before - 1)]
}
