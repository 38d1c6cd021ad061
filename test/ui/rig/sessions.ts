import type { SearchHit } from '../../../src/protocol/session-library.ts'
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import type { Event } from '../../../src/ui/state/event.ts'
import { sessionObject } from '../../player/rig/memory-library.ts'

interface SessionDraft {
  /** Two digits that tell it from others, and order it among them. */
  readonly number?: number
  readonly namespace?: string
  readonly pod?: string
  readonly user?: string
  /** Undefined: it runs. */
  readonly exitCode?: number
  readonly reason?: string
}

/** A session of some seconds, or one that runs. */
export function session(draft: SessionDraft = {}): SessionObject {
  const { number = 10, namespace = 'default', pod = 'web-0', user = 'alice', exitCode, reason } = draft
  const base = sessionObject(7, exitCode === undefined ? undefined : 5000)
  const name = `01a205ad-a283-7215-8422-8d296238d8${number}` as SessionObject['metadata']['name']
  return {
    ...base,
    metadata: { ...base.metadata, name, namespace },
    spec: {
      ...base.spec,
      user: { ...base.spec.user, username: user },
      target: { ...base.spec.target, pod },
      ...(reason === undefined ? {} : { reason }),
    },
    status: { ...base.status, ...(exitCode === undefined ? {} : { reason: 'exited', exitCode }) },
  }
}

export const recorded = (...sessions: readonly SessionObject[]): readonly Event[] => [
  { type: 'sessions-changed', upserts: sessions, removed: [] },
  { type: 'sessions-feed', feed: { type: 'live' } },
]

export const hits = (...found: readonly Omit<SearchHit, 'session' | 'elapsed'>[]): readonly Event[] => [
  { type: 'hits', hits: found.map((each, index) => ({ ...each, session: session(), elapsed: index * 1e6 })) },
  { type: 'search-feed', feed: { type: 'live' } },
]
