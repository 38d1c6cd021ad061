import { get } from 'node:https'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { startRig } from './rig.ts'

interface Event {
  readonly type: string
  readonly object: {
    readonly kind: string
    readonly code?: number
    readonly metadata: { readonly name?: string; readonly resourceVersion: string; readonly annotations?: object }
  }
}

/** The events of a watch until it ends. */
async function watched(path: string, accept = 'application/json'): Promise<readonly Event[]> {
  const rig = await startRig()
  const headers = { authorization: `Bearer ${rig.token('you')}`, accept }
  const { promise, resolve, reject } = Promise.withResolvers<NodeJS.ReadableStream>()
  get(`${rig.sandbox.url}${path}`, { ca: rig.ca, agent: false, headers }, resolve).on('error', reject)
  const lines: string[] = []
  for await (const line of createInterface({ input: await promise })) lines.push(line)
  return lines.map((line) => JSON.parse(line) as Event)
}

const said = ({ type, object }: Event): string => [type, object.metadata.name ?? object.kind].join(' ')

const PODS = '/api/v1/namespaces/default/pods?watch=true&timeoutSeconds=1'

test('tells of every pod that there is, and ends when its time is over', async () => {
  expect((await watched(PODS)).map(said)).toEqual(['ADDED web-0', 'ADDED db-0'])
})

test('goes on where a list ended, with a bookmark at its end', async () => {
  const events = await watched(`${PODS}&resourceVersion=1&allowWatchBookmarks=true`)
  expect(events.map(said)).toEqual(['BOOKMARK Pod'])
  expect(events[0]?.object.metadata.resourceVersion).toBe('1')
})

test('sends the list as events to whoever asks so, and marks its end', async () => {
  const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
  const [, , mark] = await watched(`${PODS}&${query}`)
  expect(mark).toMatchObject({
    type: 'BOOKMARK',
    object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
  })
})

test('says that a version which never was is gone', async () => {
  const [event, ...more] = await watched(`${PODS}&resourceVersion=77`)
  expect([event?.type, event?.object.code, more]).toEqual(['ERROR', 410, []])
})

test('sends rows of tables where those are asked for', async () => {
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
  const events = await watched(PODS, accept)
  expect(events.map(({ object }) => object.kind)).toEqual(['Table', 'Table'])
})
