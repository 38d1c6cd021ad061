/** Whatever can go wrong with a list of pods, on a real socket. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Event } from '../../../src/ui/state/event.ts'
import { ApiServer, type Asked, manyPods, type Refusal } from '../rig/api-server.ts'
import { Fetched, isFeed } from '../rig/fetched.ts'
import { pod } from '../rig/pods.ts'

const PLACE = { context: 'blue', namespace: 'default' }
const EXPIRED: Refusal = { code: 410, reason: 'Expired', message: 'too old resource version' }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kae-ui-sources-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const isList = ({ url, isWatch }: Asked): boolean => url.pathname.endsWith('/pods') && !isWatch
const isPodsWatch = ({ url, isWatch }: Asked): boolean => url.pathname.endsWith('/pods') && isWatch
const names = (event: Event & { type: 'pods-listed' }): string => event.rows.map(({ name }) => name).join()

function watching(server: ApiServer): Fetched {
  const fetched = new Fetched(server.kubeconfig(folder))
  fetched.want('pods', PLACE)
  return fetched
}

it('lists 5,000 pods page by page, the first 500 before it asks for more', async () => {
  await using server = await ApiServer.start(manyPods(5000, (name) => pod({ name })))
  await using fetched = watching(server)
  await fetched.until('pods-feed', isFeed('live'))
  const sizes = fetched.events.flatMap((event) => (event.type === 'pods-listed' ? [event.rows.length] : []))
  expect(sizes).toEqual(Array.from({ length: 10 }, (_, page) => (page + 1) * 500))
  expect(server.requests.filter(isList)).toHaveLength(10)
})

it('starts anew when the server forgets a list in the middle of it', async () => {
  await using server = await ApiServer.start(manyPods(1200, (name) => pod({ name })))
  let forgot = false
  server.refuse = ({ url }) => {
    if (forgot || url.searchParams.get('continue') !== '1000') return undefined
    forgot = true
    return EXPIRED
  }
  await using fetched = watching(server)
  await fetched.until('pods-listed', ({ rows }) => rows.length === 1200)
})

describe('a server that refuses', () => {
  it('by 403 is not asked again, and the screen is told why', async () => {
    await using server = await ApiServer.start([])
    server.refuse = () => ({ code: 403, reason: 'Forbidden', message: 'pods is forbidden: User "alice" cannot list' })
    await using fetched = watching(server)
    const { feed } = await fetched.until('pods-feed', isFeed('refused'))
    expect(feed).toMatchObject({ trouble: { what: expect.stringContaining('alice') } })
    expect(server.requests.filter(isList)).toHaveLength(1)
  })

  it('by 401 is no missing right: the credentials are wrong everywhere', async () => {
    await using server = await ApiServer.start([])
    server.refuse = () => ({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' })
    await using fetched = watching(server)
    const { feed } = await fetched.until('pods-feed', isFeed('failed'))
    expect(feed).toMatchObject({ trouble: { what: expect.stringContaining('credentials') } })
  })

  it('by 401 in the middle of a watch ends it, and says so', async () => {
    await using server = await ApiServer.start([pod({ name: 'a' })])
    await using fetched = watching(server)
    await server.until(({ watches }) => watches === 1)
    server.refuse = () => ({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' })
    server.endWatches()
    await fetched.until('pods-feed', isFeed('failed'))
  })

  it('for a while is asked again by itself, and the rows are replaced at once', async () => {
    await using server = await ApiServer.start(manyPods(700, (name) => pod({ name })))
    await using fetched = watching(server)
    await server.until(({ watches }) => watches === 1)
    server.refuse = () => ({ code: 503, reason: 'ServiceUnavailable', message: 'starting' })
    server.cut()
    await fetched.until('pods-feed', isFeed('lost'))
    server.pods = manyPods(600, (name) => pod({ name }))
    server.refuse = () => undefined
    const from = fetched.mark
    await fetched.until('pods-feed', isFeed('live'), from)
    const sizes = fetched.events
      .slice(from)
      .flatMap((event) => (event.type === 'pods-listed' ? [event.rows.length] : []))
    expect(sizes).toEqual([600])
  })
})

it('is back when the server is, on the same port', async () => {
  const first = await ApiServer.start([pod({ name: 'before' })])
  await using fetched = watching(first)
  await fetched.until('pods-feed', isFeed('live'))
  const { port } = first
  await first[Symbol.asyncDispose]()
  const { feed } = await fetched.until('pods-feed', isFeed('lost'))
  expect(feed).toMatchObject({ retryAt: expect.any(Number) })
  await using second = await ApiServer.start([pod({ name: 'after' })], port)
  await fetched.until('pods-listed', (event) => names(event) === 'after')
  expect(second.requests.some(isList)).toBe(true)
})

describe('a watch', () => {
  it('that is over goes on where it was, without another list', async () => {
    await using server = await ApiServer.start([pod({ name: 'a' })])
    await using fetched = watching(server)
    await server.until(({ watches }) => watches === 1)
    server.tell('ADDED', pod({ name: 'b' }))
    await fetched.until('pods-changed', ({ changes }) => changes.upserts.some(({ name }) => name === 'b'))
    server.endWatches()
    await server.until(({ requests }) => requests.filter(isPodsWatch).length === 2)
    expect(server.requests.filter(isPodsWatch)[1]?.url.searchParams.get('resourceVersion')).toBe('2')
    expect(server.requests.filter(isList)).toHaveLength(1)
  })

  it('whose version is forgotten makes the list anew', async () => {
    await using server = await ApiServer.start([pod({ name: 'a' })])
    await using fetched = watching(server)
    await server.until(({ watches }) => watches === 1)
    server.pods = [pod({ name: 'z' })]
    server.tell('ERROR', { kind: 'Status', ...EXPIRED })
    await fetched.until('pods-listed', (event) => names(event) === 'z')
    expect(fetched.events.filter((event) => event.type === 'pods-feed').every(isFeed('live'))).toBe(true)
  })

  it('that is refused because its version is forgotten makes the list anew', async () => {
    await using server = await ApiServer.start([pod({ name: 'a' })])
    let refused = 0
    server.refuse = (asked) => {
      if (!isPodsWatch(asked) || refused > 0) return undefined
      refused += 1
      server.pods = [pod({ name: 'z' })]
      return EXPIRED
    }
    await using fetched = watching(server)
    await fetched.until('pods-listed', (event) => names(event) === 'z')
    await server.until(({ watches }) => watches === 1)
    expect(server.requests.filter(isList)).toHaveLength(2)
    expect(fetched.events.filter((event) => event.type === 'pods-feed').every(isFeed('live'))).toBe(true)
  })

  it('that is refused again and again for that makes no flood of questions', async () => {
    await using server = await ApiServer.start([pod({ name: 'a' })])
    server.refuse = (asked) => (isPodsWatch(asked) ? EXPIRED : undefined)
    const began = performance.now()
    await using fetched = watching(server)
    await server.until(({ requests }) => requests.filter(isPodsWatch).length === 3)
    expect(performance.now() - began).toBeGreaterThan(1500)
    expect(fetched.events).not.toEqual([])
  })

  it.each<[string, (server: ApiServer) => void]>([
    ['whose version is always forgotten', (server) => server.tell('ERROR', { kind: 'Status', ...EXPIRED })],
    ['that always ends at once', (server) => server.endWatches()],
  ])('%s does not make a flood of questions', async (_, end) => {
    await using server = await ApiServer.start([pod({ name: 'a' })])
    const began = performance.now()
    await using fetched = watching(server)
    for (let watch = 1; watch <= 3; watch += 1) {
      await server.until(({ requests, watches }) => requests.filter(isPodsWatch).length === watch && watches === 1)
      end(server)
    }
    // Two pauses lie between three of them; a flood would have taken no time at all.
    expect(performance.now() - began).toBeGreaterThan(1500)
    expect(fetched.events).not.toEqual([])
  })

  it('says what came together in one change of the screen, the last word on each pod', async () => {
    await using server = await ApiServer.start([])
    await using fetched = watching(server)
    await server.until(({ watches }) => watches === 1)
    const from = fetched.mark
    for (let time = 0; time < 200; time += 1) server.tell('MODIFIED', pod({ name: 'busy', restarts: time }))
    await fetched.until('pods-changed', ({ changes }) => changes.upserts.at(-1)?.restarts === 199, from)
    expect(fetched.mark - from).toBeLessThan(100)
  })
})
