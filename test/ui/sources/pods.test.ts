import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { openConnection } from '../../../src/kube/connection.ts'
import { loadConnection } from '../../../src/kube/load.ts'
import { podsOf } from '../../../src/ui/sources/pods.ts'
import type { Event } from '../../../src/ui/state/event.ts'
import { pod } from '../rig/pods.ts'

/** An API server that lists `a` and then is watched; `watches` are the open ones. */
async function rig(answerWatch: (response: ServerResponse) => void) {
  const requests: URL[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x')
    requests.push(url)
    response.setHeader('content-type', 'application/json')
    if (url.searchParams.has('watch')) return answerWatch(response)
    const second = url.searchParams.has('continue')
    const metadata = second ? { resourceVersion: '7' } : { continue: 'more' }
    response.end(JSON.stringify({ kind: 'PodList', metadata, items: [pod({ name: second ? 'b' : 'a' })] }))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const flags = { server: `http://127.0.0.1:${port}`, kubeconfig: '/dev/null' }
  const connection = openConnection(loadConnection(flags, { env: {} }))
  const events: Event[] = []
  const stop = new AbortController()
  let look = (): void => {}
  const emit = (event: Event): void => {
    events.push(event)
    look()
  }
  const running = podsOf(connection, { context: '', namespace: 'default' }, { emit, signal: stop.signal })
  const until = (wanted: (event: Event) => boolean): Promise<Event> =>
    new Promise((resolve) => {
      look = () => {
        const found = events.find(wanted)
        if (found !== undefined) resolve(found)
      }
      look()
    })
  const close = async (): Promise<void> => {
    stop.abort()
    await running
    connection.close()
    server.closeAllConnections()
    server.close()
  }
  return { requests, until, events, close }
}

const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`
const isFeed = (type: string) => (event: Event) => event.type === 'pods-feed' && event.feed.type === type

it('lists page by page, and watches from where the list ended, with chunks cut anywhere', async () => {
  const { requests, until, close } = await rig((response) => {
    const text = line('ADDED', pod({ name: 'c' })) + line('DELETED', pod({ name: 'a' }))
    response.write(text.slice(0, 25))
    setImmediate(() => response.write(text.slice(25)))
  })
  await until((event) => event.type === 'pods-listed' && event.rows.map(({ name }) => name).join() === 'a,b')
  await until((event) => event.type === 'pods-changed' && event.changes.removed.includes('default/a'))
  await until((event) => event.type === 'pods-changed' && event.changes.upserts.some(({ name }) => name === 'c'))
  expect(requests.find((url) => url.searchParams.has('watch'))?.searchParams.get('resourceVersion')).toBe('7')
  await close()
})

it('says that the connection is lost when a watch breaks, and is back by itself', async () => {
  let broken = false
  const { until, events, close } = await rig((response) => {
    response.write(line('ADDED', pod({ name: 'c' })))
    if (!broken) setImmediate(() => response.destroy())
    broken = true
  })
  await until(isFeed('lost'))
  const before = events.length
  await until((event) => events.indexOf(event) >= before && isFeed('live')(event))
  await close()
})

it('lists anew where the API server has forgotten the version', async () => {
  let told = false
  const { requests, until, close } = await rig((response) => {
    if (told) return void response.write(line('ADDED', pod({ name: 'z' })))
    told = true
    response.end(line('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }))
  })
  await until((event) => event.type === 'pods-changed' && event.changes.upserts.some(({ name }) => name === 'z'))
  expect(requests.filter((url) => !url.searchParams.has('watch'))).toHaveLength(4)
  await close()
})

it('asks again and again where one may list but not watch', async () => {
  const { until, close } = await rig((response) => {
    response.writeHead(403).end(JSON.stringify({ kind: 'Status', code: 403, reason: 'Forbidden', message: 'no' }))
  })
  expect(await until(isFeed('live'))).toEqual({ type: 'pods-feed', feed: { type: 'live', every: 5 } })
  await close()
})
