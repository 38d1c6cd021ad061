/** Pods as they are now: a list page by page, then a watch that goes on where the list ended. */
import type { IncomingMessage } from 'node:http'
import type { KubeConnection } from '../../kube/connection.ts'
import { fault } from '../../kube/faults.ts'
import { faultFromNetworkError } from '../../kube/network-faults.ts'
import { apiPath } from '../../kube/request-path.ts'
import { faultFromAnswer, faultFromStatus, type KubeStatus } from '../../kube/status.ts'
import { refusalBody } from '../../reading/cluster/cluster-faults.ts'
import { byKey } from '../state/list.ts'
import type { Place } from '../state/model.ts'
import { type PodObject, type PodRow, podKey, podRow } from '../state/pod-row.ts'
import { Lines } from './lines.ts'
import { nextPage } from './paging.ts'
import { pause, persist } from './patience.ts'
import type { Reporting } from './source.ts'

/** kubectl's own chunk size: the first page is on the screen while the others are on their way. */
const PAGE = 500
/** The API server ends a watch then; a new one goes on from the same place. So a dead connection is found out soon. */
const WATCH_SECONDS = 60
const DEAD_AFTER_MS = (WATCH_SECONDS + 15) * 1000
const POLL_SECONDS = 5
/** The same list is not asked for more often. */
const BREATH_MS = 1000
const GONE = 410

interface PodPage {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string }
  readonly items?: readonly PodObject[]
}

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: PodObject & { readonly metadata?: { readonly resourceVersion?: string } }
}

const pathOf = (namespace: string): string =>
  namespace === '' ? '/api/v1/pods' : apiPath`/api/v1/namespaces/${namespace}/pods`

export async function podsOf(connection: KubeConnection, { namespace }: Place, reporting: Reporting): Promise<void> {
  const { emit, signal } = reporting
  const path = pathOf(namespace)
  let listed = false
  await persist(
    async (went) => {
      const from = await listAll(connection, path, { reporting, whole: listed })
      listed = true
      went()
      await watchFrom(connection, path, { reporting, from })
      // A server that forgets at once is not to be asked at once, again and again.
      await pause(BREATH_MS, signal)
    },
    { signal, now: Date.now, say: (feed) => emit({ type: 'pods-feed', feed }) },
  )
}

interface Listing {
  readonly reporting: Reporting
  /** Rows are on the screen already: they are replaced at the end, not page by page. */
  readonly whole: boolean
}

/** Gives the version to watch from. */
async function listAll(connection: KubeConnection, path: string, { reporting, whole }: Listing): Promise<string> {
  const rows: PodRow[] = []
  for (let next: string | undefined, first = true; first || next !== undefined; first = false) {
    const query = { limit: PAGE, ...(next === undefined ? {} : { continue: next }) }
    const page = await connection.getJson<PodPage>(path, { query, signal: reporting.signal })
    rows.push(...rowsOf(page))
    next = nextPage(page.metadata, next)
    if (next === undefined || !whole) reporting.emit({ type: 'pods-listed', rows: rows.toSorted(byKey) })
    if (next === undefined) return page.metadata?.resourceVersion ?? ''
  }
  return ''
}

/** What is no Pod is the server's fault, and no bug of ours. */
function rowsOf({ items = [] }: PodPage): readonly PodRow[] {
  try {
    return items.map(podRow)
  } catch (cause) {
    throw fault('KAE_KUBE_NOT_AN_API_SERVER', { detail: 'expected a list of pods, received something else', cause })
  }
}

interface Watching {
  readonly reporting: Reporting
  readonly from: string
}

/** Returns when the list must be made anew. */
async function watchFrom(connection: KubeConnection, path: string, { reporting, from }: Watching): Promise<void> {
  const { emit, signal } = reporting
  let version = from
  while (!signal.aborted) {
    const query = { watch: true, allowWatchBookmarks: true, resourceVersion: version, timeoutSeconds: WATCH_SECONDS }
    const breath = pause(BREATH_MS, signal)
    const response = await connection.open({ path, query, signal, timeoutMs: DEAD_AFTER_MS })
    if (response.statusCode !== 200) {
      const failure = await failureOf(response)
      if (failure === 'gone') return
      if (failure === 'cannot') return await polled(reporting)
      throw failure
    }
    emit({ type: 'pods-feed', feed: { type: 'live' } })
    const ended = await follow(response, connection, { reporting, from: version })
    if (ended === 'gone') return
    // A server that knows no watch answers with the list, which is no event.
    if (ended === 'no-watch') return await polled(reporting)
    version = ended
    // A proxy may end every watch at once.
    await breath
  }
}

async function polled({ emit, signal }: Reporting): Promise<void> {
  emit({ type: 'pods-feed', feed: { type: 'live', every: POLL_SECONDS } })
  await pause(POLL_SECONDS * 1000, signal)
}

async function failureOf(response: IncomingMessage): Promise<'gone' | 'cannot' | Error> {
  const body = await refusalBody(response)
  const status = response.statusCode ?? 0
  if (status === GONE) return 'gone'
  // To list and to watch are two rights.
  if (status === 405 || status === 403) return 'cannot'
  return faultFromAnswer({ status, contentType: response.headers['content-type'] ?? '', body })
}

/** The version after the last event, or why there is none. */
async function follow(
  response: IncomingMessage,
  { resolved }: KubeConnection,
  { reporting, from }: Watching,
): Promise<string | 'gone' | 'no-watch'> {
  const lines = new Lines()
  let version = from
  try {
    for await (const chunk of response) {
      const events = lines.push(chunk as Buffer).map((line) => JSON.parse(line) as WatchEvent)
      if (events.some(({ type }) => type === undefined)) return 'no-watch'
      const error = events.find(({ type }) => type === 'ERROR')
      if (error !== undefined) return goneOr(error.object as unknown as KubeStatus)
      version = events.at(-1)?.object.metadata?.resourceVersion ?? version
      take(events, reporting)
    }
  } catch (error) {
    throw faultFromNetworkError(error, resolved.server.host)
  }
  return lines.pending ? 'no-watch' : version
}

function goneOr(status: KubeStatus): 'gone' {
  if (status.code === GONE) return 'gone'
  throw faultFromStatus(status)
}

/** The last word on each pod: one change of the screen for whatever came together. */
function take(events: readonly WatchEvent[], { emit }: Reporting): void {
  const last = new Map<string, WatchEvent>()
  for (const event of events) if (event.type !== 'BOOKMARK') last.set(podKey(event.object), event)
  if (last.size === 0) return
  const upserts = [...last.values()].filter(({ type }) => type !== 'DELETED').map(({ object }) => podRow(object))
  const removed = [...last].filter(([, { type }]) => type === 'DELETED').map(([key]) => key)
  emit({ type: 'pods-changed', changes: { upserts, removed } })
}
