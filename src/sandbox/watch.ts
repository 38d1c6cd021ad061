/**
 * A watch on what never changes: what there is comes first where it is asked for, then bookmarks, until the watch is over.
 * Source: k8s.io/apiserver pkg/endpoints/handlers/watch.go.
 */
import type { ServerResponse } from 'node:http'
import { failure } from './status.ts'

/** Of every object and list here. */
export const RESOURCE_VERSION = '1'

export interface Watch {
  /** What each event carries: an object, or a table of one row. */
  readonly initial: readonly object[]
  readonly bookmark: object | undefined
  /** The version is one that there never was: the client must list anew. */
  readonly isGone: boolean
  readonly seconds: number
}

interface WatchedKind {
  readonly apiVersion: string
  readonly kind: string
}

const BOOKMARK_MS = 30_000
/** The API server's own least; clients that keep a watch longer ask for it. */
const USUAL_SECONDS = 1800
const MOST_SECONDS = 86_400

export function watchOf(kind: WatchedKind, query: URLSearchParams, objects: readonly object[]): Watch {
  const version = query.get('resourceVersion') ?? ''
  const sendsInitial = query.get('sendInitialEvents')
  const wantsInitial = sendsInitial === null ? version === '' || version === '0' : sendsInitial === 'true'
  const annotations = sendsInitial === 'true' ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}
  const wanted = Number(query.get('timeoutSeconds') ?? USUAL_SECONDS)
  return {
    initial: wantsInitial ? objects : [],
    bookmark:
      query.get('allowWatchBookmarks') === 'true'
        ? { ...kind, metadata: { resourceVersion: RESOURCE_VERSION, ...annotations } }
        : undefined,
    isGone: !['', '0', RESOURCE_VERSION].includes(version),
    seconds: Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, MOST_SECONDS) : USUAL_SECONDS,
  }
}

const EXPIRED = failure({ code: 410, reason: 'Expired', message: 'too old resource version' })

export function sendWatch(response: ServerResponse, { initial, bookmark, isGone, seconds }: Watch): void {
  const send = (type: string, object: object): void => void response.write(`${JSON.stringify({ type, object })}\n`)
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' })
  response.flushHeaders()
  if (isGone) {
    send('ERROR', EXPIRED)
    return void response.end()
  }
  for (const object of initial) send('ADDED', object)
  const mark = (): void => {
    if (bookmark !== undefined) send('BOOKMARK', bookmark)
  }
  if (initial.length > 0) mark()
  const marks = setInterval(mark, BOOKMARK_MS)
  const over = setTimeout(() => {
    mark()
    response.end()
  }, seconds * 1000)
  response.once('close', () => {
    clearInterval(marks)
    clearTimeout(over)
  })
}
