/** Pods as they are now: a list page by page, then a watch that goes on where the list ended. */
import type { IncomingMessage } from 'node:http'
import type { KubeConnection } from '../../kube/connection.ts'
import { fault } from '../../kube/faults.ts'
import { apiPath } from '../../kube/request-path.ts'
import { faultFromAnswer } from '../../kube/status.ts'
import { refusalBody } from '../../reading/cluster/cluster-faults.ts'
import { byKey } from '../state/list.ts'
import type { Place } from '../state/model.ts'
import { type PodRow, podRow } from '../state/pod-row.ts'
import { Holding } from './holding.ts'
import { Pages } from './paging.ts'
import { pause, persist } from './patience.ts'
import { isObject, isPod } from './pod-shape.ts'
import { follow } from './pod-watch.ts'
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
  readonly metadata?: unknown
  readonly items?: unknown
}

const pathOf = (namespace: string): string =>
  namespace === '' ? '/api/v1/pods' : apiPath`/api/v1/namespaces/${namespace}/pods`

export async function podsOf(connection: KubeConnection, { namespace }: Place, reporting: Reporting): Promise<void> {
  const { emit, signal } = reporting
  const path = pathOf(namespace)
  let listed = false
  await persist(
    async (went) => {
      const holding = new Holding()
      const from = await listAll(connection, path, { reporting, holding, whole: listed })
      listed = true
      went()
      await watchFrom(connection, path, { reporting, holding, from })
      // A server that forgets at once is not to be asked at once, again and again.
      await pause(BREATH_MS, signal)
    },
    { signal, now: Date.now, say: (feed) => emit({ type: 'pods-feed', feed }) },
  )
}

interface Listing {
  readonly reporting: Reporting
  readonly holding: Holding
  /** Rows are on the screen already: they are replaced at the end, not page by page. */
  readonly whole: boolean
}

/** Gives the version to watch from. */
async function listAll(connection: KubeConnection, path: string, listing: Listing): Promise<string> {
  const { reporting, holding, whole } = listing
  const rows = new Map<string, PodRow>()
  const pages = new Pages()
  for (;;) {
    const query = { limit: PAGE, ...pages.query }
    const page = await connection.getJson<PodPage>(path, { query, signal: reporting.signal })
    for (const row of rowsOf(page)) {
      holding.put(row)
      rows.set(row.key, row)
    }
    const isLast = !pages.next(page.metadata)
    if (isLast || !whole) reporting.emit({ type: 'pods-listed', rows: [...rows.values()].sort(byKey) })
    if (isLast) return versionOf(page)
  }
}

/** What is no Pod is the server's fault, and no bug of ours. */
function rowsOf({ items = [] }: PodPage): readonly PodRow[] {
  if (Array.isArray(items) && items.every(isPod)) return items.map(podRow)
  throw fault('KAE_KUBE_NOT_AN_API_SERVER', { detail: 'expected a list of pods, received something else' })
}

function versionOf({ metadata }: PodPage): string {
  const version = isObject(metadata) ? metadata.resourceVersion : undefined
  return typeof version === 'string' ? version : ''
}

interface Watching {
  readonly reporting: Reporting
  readonly holding: Holding
  readonly from: string
}

/** Returns when the list must be made anew. */
async function watchFrom(connection: KubeConnection, path: string, watching: Watching): Promise<void> {
  const { reporting, holding } = watching
  const { emit, signal } = reporting
  const { host } = connection.resolved.server
  let version = watching.from
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
    const ended = await follow(response, { reporting, holding, host, from: version })
    if (ended === 'gone') return
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
