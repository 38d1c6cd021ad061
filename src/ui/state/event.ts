import type { PreviewRow } from '../../player/preview.ts'
import type { RecordedCommand } from '../../protocol/recorded-command.ts'
import type { SearchHit } from '../../protocol/session-library.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import type { Changes } from './list.ts'
import type { Feed, Notice, Recording, Size, Trouble } from './model.ts'
import type { PodRow } from './pod-row.ts'

export const KEY_NAMES = [
  'up',
  'down',
  'pageUp',
  'pageDown',
  'home',
  'end',
  'enter',
  'escape',
  'backspace',
  'tab',
] as const

/** A key that was pressed: one with a name, a letter with Ctrl, or a character. */
export type Press =
  | { readonly name: (typeof KEY_NAMES)[number] }
  | { readonly name: 'ctrl'; readonly letter: string }
  | { readonly name: 'text'; readonly text: string }
  | { readonly name: 'paste'; readonly text: string }

export type PodsEvent =
  /** All of them, or the first of them while the rest is fetched. */
  | { readonly type: 'pods-listed'; readonly rows: readonly PodRow[] }
  | { readonly type: 'pods-changed'; readonly changes: Changes<PodRow> }
  | { readonly type: 'pods-feed'; readonly feed: Feed }

export type SessionsEvent =
  | {
      readonly type: 'sessions-changed'
      readonly upserts: readonly SessionObject[]
      readonly removed: readonly string[]
    }
  | { readonly type: 'sessions-from'; readonly place: string }
  | { readonly type: 'sessions-feed'; readonly feed: Feed }

export type SearchEvent =
  | { readonly type: 'hits'; readonly hits: readonly SearchHit[] }
  | { readonly type: 'search-feed'; readonly feed: Feed }

/** What sources say, and the person. */
export type Event =
  | PodsEvent
  | SessionsEvent
  | SearchEvent
  | { readonly type: 'recording'; readonly recording: Recording }
  | { readonly type: 'namespaces-listed'; readonly names: readonly string[] }
  | { readonly type: 'namespaces-feed'; readonly feed: Feed }
  | {
      readonly type: 'preview'
      readonly id: string
      readonly commands?: readonly RecordedCommand[]
      readonly picture?: readonly PreviewRow[]
      readonly trouble?: Trouble
    }
  | { readonly type: 'press'; readonly press: Press }
  /** The row that was named, of the picker or of the list on the screen. */
  | { readonly type: 'point'; readonly key: string }
  | { readonly type: 'resized'; readonly size: Size }
  | { readonly type: 'tick'; readonly now: number }
  /** What had the terminal is over. */
  | { readonly type: 'returned'; readonly notice?: Notice }
