/** Where a recording is played, and how it gets from there to elsewhere. Paints nothing and reads no keys. */
import type { Screen } from '../recording/screen.ts'
import { type Clock, movedTo, standing, started, stopped, timeOf, withSpeed } from './clock.ts'
import type { KeyFrames } from './key-frames.ts'
import { Projector, type Reel } from './projector.ts'
import type { Scout } from './scout.ts'

/** While it runs, so that the time that is shown goes on. */
const REFRESH_MS = 200
/** Events: a key frame that is nearer than this is not worth a jump. */
const WORTH_A_JUMP = 64
/** Output that is run through on a seek though no key frame is there yet; beyond it a rough picture comes first. */
const ROUGH_BYTES = 3 * 1024 * 1024

export interface PlaybackOptions {
  readonly reel: Reel
  readonly keyFrames: KeyFrames
  /** How far the key frames' maker has come. */
  indexed(): number
  /** Whether the tape holds all that there will be. */
  isComplete(): boolean
  /** Whether what comes to the end of the tape is live from there on. */
  readonly follows: boolean
  readonly speed: number
  /** µs of the recording; pauses are no longer than this. */
  readonly idleLimit: number | undefined
  /** Shows what is not read yet. */
  readonly scout?: Scout
}

type Goal =
  | { readonly type: 'time'; readonly elapsed: number }
  | { readonly type: 'position'; readonly position: number }

export class Playback {
  readonly #options: PlaybackOptions
  readonly projector: Projector
  clock: Clock
  /** Stays at the end of what there is. */
  isLive = false
  /** The picture is not there yet where time is: so much happened at once. */
  isBehind = false
  #isRough = false
  #goal: Goal | undefined
  #goalIsChosen = false
  #lastShown = 0

  constructor(options: PlaybackOptions) {
    this.#options = options
    this.projector = new Projector(options.reel)
    this.clock = standing(0, options.speed)
  }

  /** Whether there is no picture yet of where time is. */
  get isSeeking(): boolean {
    return this.#goal !== undefined && this.#options.scout?.screen === undefined
  }

  /** Whether the recording is not read yet up to where somebody wants to be. */
  get isAhead(): boolean {
    return this.#goal !== undefined && !this.#isRead(this.#goal)
  }

  /** The picture was made of what came last, not of all that came before. */
  get isRough(): boolean {
    return this.#isRough || this.#options.scout?.screen !== undefined
  }

  get screen(): Screen {
    return this.#options.scout?.screen ?? this.projector.screen
  }

  /** µs since the session was opened. */
  time(now: number): number {
    return this.isLive ? this.#options.reel.tape.end : timeOf(this.clock, now)
  }

  get isRunning(): boolean {
    return this.isLive || this.clock.since !== undefined
  }

  /** All that there is was shown. */
  isOver(now: number): boolean {
    const { reel, isComplete } = this.#options
    const isShown = this.#goal === undefined && this.projector.position >= reel.tape.length
    return isComplete() && isShown && this.time(now) >= reel.tape.end
  }

  play(now: number): void {
    this.clock = started(this.clock, now)
  }

  pause(now: number): void {
    this.clock = stopped(movedTo(this.clock, this.time(now), now), now)
    this.isLive = false
  }

  setSpeed(speed: number, now: number): void {
    if (!this.isLive) this.clock = withSpeed(this.clock, speed, now)
  }

  seek(elapsed: number, now: number): void {
    const wasLive = this.isLive
    this.isLive = false
    this.clock = movedTo(this.clock, Math.max(0, elapsed), now)
    if (wasLive) this.clock = started(this.clock, now)
    this.#aim({ type: 'time', elapsed: Math.max(0, elapsed) })
  }

  /** To the moment at which so many events have been shown. Several may have happened at the same time. */
  seekPosition(position: number, elapsed: number, now: number): void {
    this.isLive = false
    this.clock = movedTo(stopped(this.clock, now), elapsed, now)
    this.#aim({ type: 'position', position })
  }

  goLive(): void {
    this.isLive = true
    this.#goal = undefined
    this.#options.scout?.forget()
  }

  /** Does a piece of what is to be done. Returns how many ms until there is more, 0 for at once. */
  async step(now: number): Promise<number> {
    if (this.#isRough && this.#goal === undefined && this.#options.indexed() >= this.projector.position) {
      this.#aim({ type: 'position', position: this.projector.position })
    }
    if (this.#goal !== undefined) return this.#reach(this.#goal)
    if (this.isLive) return this.#followEnd()
    return this.clock.since === undefined ? Number.POSITIVE_INFINITY : this.#run(now)
  }

  #aim(goal: Goal): void {
    this.#goal = goal
    this.#goalIsChosen = false
    this.#options.scout?.forget()
  }

  async #reach(goal: Goal): Promise<number> {
    const { tape } = this.#options.reel
    if (!this.#isRead(goal)) {
      // What is not read yet can be looked at; then whoever reads it rings.
      if (goal.type === 'time') this.#options.scout?.aim(goal.elapsed)
      return REFRESH_MS
    }
    const position = goal.type === 'position' ? goal.position : await tape.countUntil(goal.elapsed)
    if (this.#goal !== goal) return 0
    if (!this.#goalIsChosen) this.#jump(position)
    this.#goalIsChosen = true
    const isReached = await this.projector.advance(position)
    if (isReached && this.#goal === goal) {
      this.#goal = undefined
      this.#options.scout?.forget()
      this.#lastShown = (await tape.event(position - 1))?.elapsed ?? 0
    }
    return 0
  }

  #isRead(goal: Goal): boolean {
    const { isComplete, reel } = this.#options
    return isComplete() || goal.type === 'position' || reel.tape.end > goal.elapsed
  }

  /** Starts from wherever the way is shortest. */
  #jump(position: number): void {
    const { keyFrames, indexed, reel } = this.#options
    const frame = keyFrames.before(position)
    const from = frame?.position ?? 0
    const isBehind = this.projector.position > position || this.#isRough
    if (isBehind && frame === undefined) this.projector.rewind()
    else if (frame !== undefined && (isBehind || from > this.projector.position + WORTH_A_JUMP)) {
      this.projector.setTo(frame)
    }
    this.#isRough = false
    if (indexed() < position && this.#isFar(position)) {
      this.projector.startRoughly(reel.tape.roughStart(position))
      this.#isRough = true
    }
  }

  /** Whether more output lies between than can be run through at once. */
  #isFar(position: number): boolean {
    return this.#options.reel.tape.bytesBetween(this.projector.position, position) > ROUGH_BYTES
  }

  async #followEnd(): Promise<number> {
    const { keyFrames, reel } = this.#options
    const frame = keyFrames.before(reel.tape.length)
    if (this.#isRough || (frame !== undefined && frame.position > this.projector.position + WORTH_A_JUMP)) {
      if (frame !== undefined) this.projector.setTo(frame)
      this.#isRough = false
    }
    const isThere = await this.projector.advance(reel.tape.length)
    return isThere && this.projector.position >= reel.tape.length ? 1000 : 0
  }

  async #run(now: number): Promise<number> {
    const { reel, isComplete } = this.#options
    const { tape } = reel
    const time = await this.#withoutIdling(now)
    const count = await tape.countUntil(time)
    const before = this.projector.position
    const isThere = await this.projector.advance(count)
    this.isBehind = !isThere
    if (this.projector.position > before) {
      this.#lastShown = (await tape.event(this.projector.position - 1))?.elapsed ?? time
    }
    if (!isThere || this.#goal !== undefined) return 0
    const next = await tape.event(this.projector.position)
    if (next !== undefined) return Math.min(REFRESH_MS, Math.max(1, (next.elapsed - time) / 1000 / this.clock.speed))
    if (time < tape.end) return REFRESH_MS
    // The end; or as far as it is read, where time has to wait.
    this.clock = movedTo(this.clock, tape.end, now)
    if (isComplete()) this.clock = stopped(this.clock, now)
    else if (this.#options.follows) this.goLive()
    return REFRESH_MS
  }

  /** Jumps over the rest of a pause that is too long. */
  async #withoutIdling(now: number): Promise<number> {
    const time = timeOf(this.clock, now)
    const { idleLimit, reel } = this.#options
    if (idleLimit === undefined) return time
    const next = await reel.tape.event(this.projector.position)
    if (next === undefined || next.elapsed <= time) return time
    const limit = this.#lastShown + idleLimit
    if (time < limit || next.elapsed <= limit) return time
    this.clock = movedTo(this.clock, next.elapsed, now)
    return next.elapsed
  }
}
