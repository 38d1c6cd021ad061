/** What a player is made of, and what it is asked for. */
import type { SessionEnd } from '../protocol/session.ts'
import type { SessionObject } from '../protocol/session-object.ts'
import type { Contact } from './contact.ts'
import type { KeyFrames } from './key-frames.ts'
import type { Loader } from './loader.ts'
import type { Playback } from './playback.ts'
import type { Reel } from './projector.ts'
import type { TypedLog } from './typed-log.ts'

export interface PlayOptions {
  readonly env: NodeJS.ProcessEnv
  /** µs since the session was opened. */
  readonly at?: number | undefined
  readonly speed?: number | undefined
  /** µs. */
  readonly idleLimit?: number | undefined
  /** Shows what was typed as well. */
  readonly input?: boolean | undefined
  /** Goes on with the session while it runs, from its end on. */
  readonly live?: boolean | undefined
  /** Where a session that is followed begins to be shown; `now` by default. */
  readonly from?: 'start' | 'now'
  /** A time that a person types, in µs; undefined: none. */
  parseTime(text: string): number | undefined
}

export type PlayEnd =
  | { readonly type: 'quit'; readonly end: SessionEnd | undefined }
  | { readonly type: 'signal'; readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' }

export interface DeskParts {
  readonly session: SessionObject
  readonly reel: Reel
  readonly keyFrames: KeyFrames
  readonly loader: Loader
  readonly playback: Playback
  readonly typed: TypedLog
  /** Of a session that runs. */
  readonly contact: Contact
  readonly options: PlayOptions
  /** The command list of a session that runs grows: asks for it again. */
  askCommands(): Promise<void>
}
