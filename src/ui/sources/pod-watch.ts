/** Changes of pods as the API server tells them, until it has no more to tell. */
import type { IncomingMessage } from 'node:http'
import { fault } from '../../kube/faults.ts'
import { faultFromNetworkError } from '../../kube/network-faults.ts'
import { faultFromStatus } from '../../kube/status.ts'
import { parseShallowJson } from '../../protocol/nesting.ts'
import { type PodObject, podKey, podRow } from '../state/pod-row.ts'
import type { Holding } from './holding.ts'
import { Lines } from './lines.ts'
import { isObject, isPod } from './pod-shape.ts'
import type { Reporting } from './source.ts'

const GONE = 410

interface Change {
  readonly type: 'kept' | 'deleted' | 'bookmark'
  readonly object: PodObject & { readonly metadata?: { readonly resourceVersion?: unknown } }
}

export interface Following {
  readonly reporting: Reporting
  /** What the screen has. */
  readonly holding: Holding
  /** For people. */
  readonly host: string
  readonly from: string
}

/** The version after the last event, or why there is none. @throws Fault */
export async function follow(
  response: IncomingMessage,
  { reporting, holding, host, from }: Following,
): Promise<string | 'gone' | 'no-watch'> {
  const lines = new Lines()
  let version = from
  try {
    for await (const chunk of response) {
      const changes: Change[] = []
      for (const line of lines.push(chunk as Buffer)) {
        const change = changeIn(line)
        if (typeof change === 'string') return change
        changes.push(change)
      }
      version = versionOf(changes.at(-1)) ?? version
      take(changes, { reporting, holding })
    }
  } catch (error) {
    throw faultFromNetworkError(error, host)
  }
  return lines.pending ? 'no-watch' : version
}

const TYPES = { ADDED: 'kept', MODIFIED: 'kept', DELETED: 'deleted', BOOKMARK: 'bookmark' } as const

function changeIn(line: string): Change | 'gone' | 'no-watch' {
  const event = parseShallowJson(line)
  if (!isObject(event)) throw notAnEvent()
  const { type, object } = event
  // A server that knows no watch answers with the list, which is no event.
  if (type === undefined) return 'no-watch'
  if (type === 'ERROR') return goneOr(object)
  const known = typeof type === 'string' && Object.hasOwn(TYPES, type) ? TYPES[type as keyof typeof TYPES] : undefined
  if (known === undefined || !isPod(object)) throw notAnEvent()
  return { type: known, object }
}

const notAnEvent = () =>
  fault('KAE_KUBE_NOT_AN_API_SERVER', { detail: 'expected a change of a pod, received something else' })

function goneOr(status: unknown): 'gone' {
  const { code, reason, message } = isObject(status) ? status : {}
  if (code === GONE) return 'gone'
  throw faultFromStatus({
    code: typeof code === 'number' ? code : 500,
    reason: typeof reason === 'string' ? reason : '',
    message: typeof message === 'string' ? message : '',
  })
}

function versionOf(change: Change | undefined): string | undefined {
  const version = change?.object.metadata?.resourceVersion
  return typeof version === 'string' ? version : undefined
}

/** The last word on each pod: one change of the screen for whatever came together. */
function take(changes: readonly Change[], { reporting, holding }: Pick<Following, 'reporting' | 'holding'>): void {
  const last = new Map<string, Change>()
  for (const change of changes) if (change.type !== 'bookmark') last.set(podKey(change.object), change)
  if (last.size === 0) return
  const upserts = [...last.values()].filter(({ type }) => type === 'kept').map(({ object }) => podRow(object))
  const removed = [...last].filter(([, { type }]) => type === 'deleted').map(([key]) => key)
  for (const row of upserts) holding.put(row)
  for (const key of removed) holding.drop(key)
  reporting.emit({ type: 'pods-changed', changes: { upserts, removed } })
}
