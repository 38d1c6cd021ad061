/** Recorded sessions through a library: the newest, those that run, what was found, and what one was about. */

import type { PreviewRow } from '../../player/preview.ts'
import { parseSessionId, type SessionId } from '../../protocol/session-id.ts'
import type { SearchHit, SessionLibrary, SessionQuery } from '../../protocol/session-library.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import { Gathering } from './gathering.ts'
import { Newest } from './newest.ts'
import { pause, persist } from './patience.ts'
import type { Reporting } from './source.ts'
import { isGone, stoppedBy, troubleOf } from './trouble.ts'

/** As many as somebody scrolls through; whoever looks for an older one searches. */
const RECENT = 200
/** With those that come while the screen is open. */
const MOST = 2 * RECENT

const inNamespace = (namespace: string): SessionQuery => (namespace === '' ? {} : { namespace })

interface Sessions {
  readonly namespace: string
  readonly live: boolean
}

export async function sessionsOf(
  open: () => Promise<SessionLibrary>,
  { namespace, live }: Sessions,
  { emit, signal }: Reporting,
): Promise<void> {
  const query = inNamespace(namespace)
  const newest = new Newest(MOST)
  const take = (found: readonly SessionObject[], gone: readonly string[] = []): void => {
    // The last word on each.
    const sessions = [...new Map(found.map((session) => [session.metadata.name, session])).values()]
    const over = live ? sessions.filter(({ status }) => status.phase !== 'Live') : []
    newest.drop(over.map(({ metadata }) => metadata.name))
    const { upserts, removed } = newest.take(sessions.filter((session) => !over.includes(session)))
    emit({ type: 'sessions-changed', upserts: [...over, ...upserts], removed: [...gone, ...removed] })
  }
  await persist(
    async (went) => {
      const library = await open()
      emit({ type: 'sessions-from', place: library.place })
      const page = await library.list(live ? { ...query, phase: 'Live' } : query, { limit: RECENT })
      // One that ended while nobody listened is in no list of those that run, and nobody tells of it again.
      take(page.items, live ? newest.missing(page.items, page.continue === undefined) : [])
      emit({ type: 'sessions-feed', feed: { type: 'live' } })
      went()
      try {
        // Not of those that run alone: that one ended is a change as well.
        const changes = library.watch(query, { resourceVersion: page.resourceVersion, signal })
        using gathering = new Gathering(take)
        for await (const { object } of changes) gathering.add(object)
      } catch (error) {
        // The list is made anew, of which nobody needs to know.
        if (!isGone(error)) throw error
      }
      await pause(1000, signal)
    },
    { signal, now: Date.now, say: (feed) => emit({ type: 'sessions-feed', feed }) },
  )
}

/** A person types several letters a second: only where they stop is searched for. */
const TYPING_MS = 150
const HITS = 200

interface Search {
  readonly namespace: string
  readonly text: string
  readonly output: boolean
}

/** `/…/` is a regular expression, as on the command line. */
const patternOf = (text: string) => {
  const regex = /^\/(.+)\/$/.exec(text)
  return regex?.[1] === undefined ? ({ type: 'text', text } as const) : ({ type: 'regex', source: regex[1] } as const)
}

export async function searchFor(
  open: () => Promise<SessionLibrary>,
  { namespace, text, output }: Search,
  { emit, signal }: Reporting,
): Promise<void> {
  emit({ type: 'search-feed', feed: { type: 'loading' } })
  await pause(TYPING_MS, signal)
  if (signal.aborted) return
  try {
    const library = await open()
    const search = { pattern: patternOf(text), output, sessions: inNamespace(namespace), limit: HITS }
    const hits: SearchHit[] = []
    for await (const hit of library.search(search, signal)) hits.push(hit)
    emit({ type: 'hits', hits })
    emit({ type: 'search-feed', feed: { type: 'live' } })
  } catch (error) {
    if (!signal.aborted) emit({ type: 'search-feed', feed: stoppedBy(error) })
  }
}

/** Who scrolls past a session does not want to know what it was about. */
const PASSING_MS = 120

export async function previewOf(
  open: () => Promise<SessionLibrary>,
  id: string,
  { emit, signal }: Reporting,
): Promise<void> {
  await pause(PASSING_MS, signal)
  const session = parseSessionId(id)
  if (signal.aborted || session === undefined) return
  try {
    const library = await open()
    const commands = await library.commands(session)
    emit({ type: 'preview', id, commands })
    emit({ type: 'preview', id, commands, picture: await pictureOf(library, session, signal) })
  } catch (error) {
    if (!signal.aborted) emit({ type: 'preview', id, trouble: troubleOf(error) })
  }
}

/** As much as a preview has room for at most: the view cuts it. */
const PICTURE = { columns: 160, rows: 48 }

/** The player is loaded with the first preview, and not before the first frame. Without a picture a preview is one as well. */
async function pictureOf(library: SessionLibrary, id: SessionId, signal: AbortSignal): Promise<readonly PreviewRow[]> {
  try {
    const [{ preview }, session] = await Promise.all([import('../../player/preview.ts'), library.get(id)])
    return await preview(library, session, { size: PICTURE, signal })
  } catch {
    return []
  }
}
