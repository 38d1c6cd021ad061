/** All that the screen is made of. It changes in `reduce` alone. */
import type { PreviewRow } from '../../player/preview.ts'
import type { RecordedCommand } from '../../protocol/recorded-command.ts'
import type { SearchHit } from '../../protocol/session-library.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import { emptyList, type List, type Row } from './list.ts'
import type { PodRow } from './pod-row.ts'

/** Where the screen looks. An empty namespace is all of them. */
export interface Place {
  readonly context: string
  readonly namespace: string
}

/** What went wrong, for people: the words of a Fault. */
export interface Trouble {
  readonly what: string
  readonly next: string
}

/**
 * How a source does:
 *
 *     loading ──▶ live ◀──▶ lost      lost: what is shown is from before; it is tried again at `retryAt`
 *        │          │
 *        └──────────┴──▶ refused | failed      both wait for the person
 */
export type Feed =
  | { readonly type: 'loading' }
  /** `every`: the source is asked again and again, because it cannot be watched; in seconds. */
  | { readonly type: 'live'; readonly every?: number }
  /** `retryAt`: ms since the Unix epoch. */
  | { readonly type: 'lost'; readonly trouble: Trouble; readonly retryAt: number }
  | { readonly type: 'refused'; readonly trouble: Trouble }
  | { readonly type: 'failed'; readonly trouble: Trouble }

export type Answer = 'yes' | 'no' | 'unknown'

/** What is known about an exec in this place. Nothing here is a promise: the API server decides at the exec. */
export interface Recording {
  /** Whether the cluster has a collector; `broken`: it has one that does not answer. */
  readonly collector: Answer | 'broken'
  /** Whether the API server refuses an exec without a record. Only who may read webhooks can know. */
  readonly required: Answer
  /** Whether this person may exec at all. */
  readonly allowed: Answer
  /** Nobody has answered yet. */
  readonly isPending?: boolean
}

export interface SessionRow extends Row {
  readonly session: SessionObject
}

export interface HitRow extends Row {
  readonly hit: SearchHit
}

export type Screen = 'pods' | 'recent' | 'live' | 'search'

export type PickerKind = 'context' | 'namespace' | 'container'

export interface Choice extends Row {
  readonly label: string
  readonly note: string
}

export interface Picker {
  readonly kind: PickerKind
  readonly choices: List<Choice>
  /** Of containers: the pod that they are in. */
  readonly pod?: PodRow
}

/** What the last thing that was done came to. */
export interface Notice {
  readonly tone: 'good' | 'bad'
  readonly words: string
  /** All of it, where a line does not hold it: shown until a key is pressed. */
  readonly lines?: readonly string[]
}

/** Why the screen goes away for a while, or for good. */
export type Leaving =
  | { readonly to: 'quit' }
  | { readonly to: 'shell'; readonly place: Place; readonly pod: string; readonly container: string }
  | { readonly to: 'replay'; readonly place: Place; readonly moment: string }
  | { readonly to: 'watch'; readonly place: Place; readonly id: string }

/** What one session was about; `commands` is undefined while they are fetched. */
export interface Preview {
  readonly id: string
  readonly commands?: readonly RecordedCommand[]
  /** Its last screen; it comes after its commands. */
  readonly picture?: readonly PreviewRow[]
  readonly trouble?: Trouble
}

export interface State {
  readonly place: Place
  readonly contexts: readonly string[]
  /** The namespace that the kubeconfig gives each context. */
  readonly homes: Readonly<Record<string, string>>
  readonly screen: Screen
  /** The screens that Escape goes back to, the nearest last. */
  readonly trail: readonly Screen[]
  readonly pods: List<PodRow>
  readonly podsFeed: Feed
  readonly recording: Recording
  readonly namespaces: readonly string[]
  readonly namespacesFeed: Feed
  readonly recent: List<SessionRow>
  readonly live: List<SessionRow>
  readonly sessionsFeed: Feed
  /** Where sessions are read, in the library's words. */
  readonly readFrom: string
  readonly hits: List<HitRow>
  readonly searchFeed: Feed
  /** What is searched for. */
  readonly searchText: string
  /** Whether what containers wrote is searched as well. */
  readonly searchOutput: boolean
  readonly preview: Preview | undefined
  readonly picker: Picker | undefined
  /** The page of keys is on the screen, from this line on. */
  readonly help: number | undefined
  /** The filter line of the screen's list is being typed. */
  readonly filtering: boolean
  readonly notice: Notice | undefined
  readonly leaving: Leaving | undefined
  /** Counted up when the person asks for another try. */
  readonly attempt: number
  readonly size: Size
  /** ms since the Unix epoch; ages are counted from it. */
  readonly now: number
}

export interface Size {
  readonly columns: number
  readonly rows: number
}

export const UNKNOWN_RECORDING: Recording = {
  collector: 'unknown',
  required: 'unknown',
  allowed: 'unknown',
  isPending: true,
}

export interface Beginning {
  readonly place: Place
  readonly contexts: readonly string[]
  readonly homes: Readonly<Record<string, string>>
  readonly size: Size
  readonly now: number
}

export const initialState = (beginning: Beginning): State => ({
  ...beginning,
  screen: 'pods',
  trail: [],
  pods: emptyList(),
  podsFeed: { type: 'loading' },
  recording: UNKNOWN_RECORDING,
  namespaces: [],
  namespacesFeed: { type: 'loading' },
  recent: emptyList(),
  live: emptyList(),
  sessionsFeed: { type: 'loading' },
  readFrom: '',
  hits: emptyList(),
  searchFeed: { type: 'live' },
  searchText: '',
  searchOutput: false,
  preview: undefined,
  picker: undefined,
  help: undefined,
  filtering: false,
  notice: undefined,
  leaving: undefined,
  attempt: 0,
})
