/** What the viewer sees now: decides when a frame is due and what its parts are. */
import { endingName } from '../recording/wording.ts'
import type { Action } from './actions.ts'
import type { CommandMarks } from './command-marks.ts'
import type { Loader } from './loader.ts'
import type { OwnScreen } from './own-screen.ts'
import type { DeskParts } from './parts.ts'
import type { Mode, Status } from './status.ts'
import { type Colors, colorsOf } from './style.ts'
import { compose, followCursor, inside, keysAfter, type Offset, ownRows } from './view.ts'

/** Frames are no closer than this. */
const FRAME_MS = 20
/** So long a seek may take before anything else is shown. */
const LOADING_MS = 150

export interface Cue {
  readonly commands: CommandMarks
  readonly prompt: string | undefined
  /** What is searched for. */
  readonly found: string | undefined
  readonly now: number
}

type ViewAction = Extract<Action, { type: 'keys' | 'input' | 'scroll' | 'follow-cursor' }>

export class Stage {
  readonly #parts: DeskParts
  readonly #colors: Colors
  #offset: Offset = { row: 0, column: 0 }
  #follows = true
  /** The list of keys is shown, from this one on. */
  #keysFrom: number | undefined
  #keysBefore: number | undefined
  #hasInput: boolean
  #note: { readonly words: string; readonly until: number } | undefined
  #touchedUntil = 0
  #shownAt = 0
  #seekingSince: number | undefined
  #behindSince: number | undefined
  #isLate = false
  #area = { columns: 80, rows: 24 }

  constructor(parts: DeskParts) {
    this.#parts = parts
    this.#colors = colorsOf(parts.options.env)
    this.#hasInput = parts.options.input === true
  }

  /** µs: how long the recording is, as far as that is known. */
  get total(): number {
    const { loader, reel, session } = this.#parts
    return loader.isComplete ? reel.tape.end : Math.max(reel.tape.end, (session.status.durationMs ?? 0) * 1000)
  }

  note(words: string, until: number): void {
    this.#note = { words, until }
  }

  touched(until: number): void {
    this.#touchedUntil = until
    this.#keysBefore = this.#keysFrom
    this.#keysFrom = undefined
  }

  dismiss(): void {
    this.#note = undefined
    this.#touchedUntil = 0
  }

  act(action: ViewAction): void {
    if (action.type === 'keys') this.#turnKeys()
    else if (action.type === 'follow-cursor') this.#follows = true
    else if (action.type === 'scroll') {
      this.#follows = false
      const { row, column } = this.#offset
      const moved = { row: row + action.rows, column: column + action.columns }
      this.#offset = inside(moved, this.#parts.playback.screen.size, this.#area)
    } else if (this.#parts.options.input === true) this.#hasInput = !this.#hasInput
    else this.note('what was typed: start with --input', performance.now() + 4000)
  }

  /** Its pages, one after another, and then none. */
  #turnKeys(): void {
    const before = this.#keysBefore
    this.#keysFrom = before === undefined ? 0 : keysAfter(before, this.#area.rows)
  }

  /** Returns how many ms until there may be something new to show that nobody wakes for. */
  show(screen: OwnScreen, cue: Cue): number {
    const { playback } = this.#parts
    const { now } = cue
    this.#seekingSince = playback.isSeeking ? (this.#seekingSince ?? now) : undefined
    const isBehind = playback.isBehind && playback.isRunning && !playback.isLive
    this.#behindSince = isBehind ? (this.#behindSince ?? now) : undefined
    this.#isLate = this.#behindSince !== undefined && now - this.#behindSince > LOADING_MS
    // Half-way pictures of a seek are of no time at all.
    const isTooEarly = this.#seekingSince !== undefined && now - this.#seekingSince < LOADING_MS
    if (!screen.isReady || isTooEarly) return Number.POSITIVE_INFINITY
    if (now - this.#shownAt < FRAME_MS) return FRAME_MS
    this.#shownAt = now
    this.#paint(screen, cue)
    return this.#until(now)
  }

  #until(now: number): number {
    const ends = [this.#note?.until ?? 0, this.#touchedUntil].filter((end) => end > now)
    return Math.min(Number.POSITIVE_INFINITY, ...ends.map((end) => end - now + 1))
  }

  #paint(screen: OwnScreen, cue: Cue): void {
    const { playback, typed } = this.#parts
    const { screen: recorded } = playback
    const { size } = screen
    const status = this.#status(cue)
    const picture = {
      recorded,
      size,
      colors: this.#colors,
      status,
      // Nobody is to take for a shell that waits what does not move, or moves by somebody else's hand.
      isStatusWanted:
        this.#parts.options.live === true ||
        status.mode.type !== 'playing' ||
        cue.now < this.#touchedUntil ||
        cue.prompt !== undefined,
      typed: this.#hasInput ? typed.until(playback.time(cue.now)) : undefined,
      keysFrom: this.#keysFrom,
      found: cue.found,
    }
    this.#area = { columns: size.columns, rows: size.rows - ownRows(picture) }
    this.#offset = this.#follows
      ? followCursor(this.#offset, recorded, this.#area)
      : inside(this.#offset, recorded.size, this.#area)
    screen.show(compose({ ...picture, offset: this.#offset }))
  }

  #status({ commands, prompt, now }: Cue): Status {
    const { playback, session, options, loader } = this.#parts
    const { user, authentication, target } = session.spec
    const time = Math.min(playback.time(now), this.total)
    const isOpen = options.live === true && !loader.isComplete
    return {
      mode: this.#mode(now),
      time,
      total: isOpen && playback.isLive ? undefined : this.total,
      speed: playback.clock.speed,
      isRough: playback.isRough,
      who: authentication === 'request-header' ? user.username : `${user.username} (unverified)`,
      where: `${session.metadata.namespace}/${target.pod}/${target.container}`,
      command: commands.at(time),
      marks: commands.times,
      hasMoreKeys: this.#keysFrom !== undefined && keysAfter(this.#keysFrom, this.#area.rows) !== undefined,
      message:
        this.#note !== undefined && now < this.#note.until ? this.#note.words : (this.#blind() ?? this.#cropped()),
      prompt,
    }
  }

  /** Nobody is to wait for a picture that will not come. */
  #blind(): string | undefined {
    const { session, options } = this.#parts
    if (session.spec.policy.record !== 'Input') return undefined
    const other = options.live === true ? 'sessions log -f --input' : 'replay --input'
    return `its output is not recorded${this.#hasInput ? '' : `; ${other} shows what was typed`}`
  }

  /** Said while it cannot be seen by itself. */
  #cropped(): string | undefined {
    const { columns, rows } = this.#parts.playback.screen.size
    if (columns <= this.#area.columns && rows <= this.#area.rows + 1) return undefined
    if (this.#parts.playback.isRunning && this.#follows) return undefined
    return `${columns}×${rows}, more than fits: ↑ ↓ ⇧← ⇧→ move, c follows`
  }

  #mode(now: number): Mode {
    const { playback, loader, reel, options, session } = this.#parts
    if (playback.isSeeking) return { type: 'loading', words: 'seeking' }
    if (playback.isOver(now)) return { type: 'ended', how: endWords(loader) }
    const expected = session.status.records - 1
    const isBehind = options.live === true && playback.isLive && loader.seq < expected && !loader.isComplete
    if (isBehind)
      return { type: 'loading', words: `catching up ${Math.floor((loader.seq / Math.max(1, expected)) * 100)} %` }
    const { lostSince } = this.#parts.contact
    if (playback.isLive && lostSince !== undefined) return { type: 'lost', forMs: now - lostSince }
    if (playback.isLive) return { type: 'live', behindMs: loader.lag / 1000 }
    if (this.#isLate) return { type: 'loading', words: 'catching up' }
    const isPictured = playback.isRough && !playback.isRunning
    const isUnread = playback.time(now) > reel.tape.end && !loader.isComplete
    if (isUnread && !isPictured) return { type: 'loading', words: 'reading' }
    return { type: playback.isRunning ? 'playing' : 'paused' }
  }
}

/** `exited with 0`; for a session whose end is not readable, just that it ended. */
const endWords = ({ end, isComplete }: Loader): string =>
  end === undefined ? (isComplete ? 'no end recorded' : '') : endingName(end)
