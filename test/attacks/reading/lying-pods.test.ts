/** A server that lies to the screen about pods, namespaces and webhooks: the screen says so, and goes on. */
import { mkdtempSync, rmSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Holding } from '../../../src/ui/sources/holding.ts'
import { isPod } from '../../../src/ui/sources/pod-shape.ts'
import { podRow } from '../../../src/ui/state/pod-row.ts'
import { sendJson } from '../../reading/rig.ts'
import { Fetched, isFeed } from '../../ui/rig/fetched.ts'
import { pod } from '../../ui/rig/pods.ts'
import { Liar, type Lie, type Lies } from '../rig/liar.ts'

const PLACE = { context: 'liar', namespace: 'prod' }
/** `String` of it throws. */
const TRAP = { toString: 1, valueOf: 1 }
const HOSTILE = '\x1b]52;c;ZXZpbA==\x07'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kae-lying-pods-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function fetching(lies: Lies, work: (fetched: Fetched, liar: Liar) => Promise<void>): Promise<void> {
  await using liar = await Liar.start(lies)
  await using fetched = new Fetched(liar.kubeconfig(folder))
  await work(fetched, liar)
}

const A = pod({ name: 'a', namespace: 'prod' })
const pods =
  (items: unknown, metadata: unknown = { resourceVersion: '1' }): Lie =>
  (response) =>
    sendJson(response, { kind: 'PodList', metadata, items })
const lines =
  (...all: readonly string[]): Lie =>
  (response: ServerResponse) =>
    void response.writeHead(200, { 'Content-Type': 'application/json' }).write(all.map((each) => `${each}\n`).join(''))

describe('what is no pod', () => {
  test.each<[string, unknown]>([
    ['a name that is a number', { metadata: { name: 5 } }],
    ['a name that cannot be a text', { metadata: { name: TRAP } }],
    ['a namespace that is a number', { metadata: { namespace: 5 } }],
    ['a name of a megabyte', { metadata: { name: 'x'.repeat(1_000_000) } }],
    ['a time that is an object', { metadata: { creationTimestamp: TRAP } }],
    ['a count that is a text', { status: { containerStatuses: [{ name: 'app', restartCount: HOSTILE }] } }],
    ['statuses that are no list', { status: { containerStatuses: {} } }],
    ['a state that is a text', { status: { containerStatuses: [{ name: 'app', state: HOSTILE }] } }],
    ['a signal that is a text', { status: { containerStatuses: [{ state: { terminated: { signal: HOSTILE } } }] } }],
    ['a reason that is a list', { status: { containerStatuses: [{ state: { waiting: { reason: [] } } }] } }],
    ['annotations that are a text', { metadata: { annotations: HOSTILE } }],
    ['no object', null],
  ])('%s', (_what, value) => expect(isPod(value)).toBe(false))

  test('but a pod of which little is known is one', () => {
    const known = [{}, { metadata: { name: 'a', annotations: null, creationTimestamp: null } }, A]
    expect(known.map(isPod)).toEqual([true, true, true])
    expect(known.map((each) => podRow(each as typeof A).name)).toEqual(['', 'a', 'a'])
  })
})

describe('a list of pods', () => {
  test.each<[string, unknown, unknown]>([
    ['with something else in it', [null], {}],
    ['whose next page has no name', [A], { continue: TRAP }],
    ['whose next page is an object', [A], { continue: {} }],
    ['that is a number', 5, {}],
  ])('%s is none', async (_what, items, metadata) => {
    await fetching({ pods: pods(items, metadata) }, async (fetched, liar) => {
      fetched.want('pods', PLACE)
      const { feed } = await fetched.until('pods-feed', isFeed('lost'))
      expect(feed).toMatchObject({ trouble: { what: expect.stringContaining('expected') } })
      expect(liar.asked.filter((each) => each.includes('/pods'))).toHaveLength(1)
    })
  })

  test('whose version is no text is watched from its own', async () => {
    await fetching({ pods: pods([A], { resourceVersion: TRAP }) }, async (fetched) => {
      fetched.want('pods', PLACE)
      await fetched.until('pods-feed', isFeed('live'))
    })
  })

  test('without an end fills no memory', async () => {
    let page = 0
    const endless: Lie = (response) => {
      page += 1
      const names = Array.from({ length: 500 }, (_, index) => `${page}-${index}-${'x'.repeat(900)}`)
      const items = names.map((name) => ({ metadata: { name, annotations: { 'kubectl.kubernetes.io/x': name } } }))
      sendJson(response, { metadata: { continue: String(page) }, items })
    }
    await fetching({ pods: endless }, async (fetched, liar) => {
      fetched.want('pods', PLACE)
      await fetched.until('pods-feed', isFeed('lost'))
      const characters = liar.asked.length * 500 * 900
      expect(characters).toBeLessThan(80 * 1024 * 1024)
    })
  }, 60_000)

  test('of the largest cluster is held', () => {
    const holding = new Holding()
    const words = 'x'.repeat(150)
    for (let number = 0; number < 150_000; number += 1) holding.put({ key: String(number), words })
    // The same ones again are no more of them.
    for (let number = 0; number < 150_000; number += 1) holding.put({ key: String(number), words })
    for (let number = 0; number < 150_000; number += 1) holding.drop(String(number))
    for (let number = 0; number < 200_000; number += 1) holding.put({ key: String(number), words })
    expect(() => holding.put({ key: 'last', words: 'x'.repeat(60_000_000) })).toThrow(/expected a list/)
  })
})

describe('a watch of pods', () => {
  test.each<[string, string]>([
    ['that is no JSON', HOSTILE],
    ['that is null', 'null'],
    ['that is a list', '[]'],
    ['of nothing', '{"type":"ADDED","object":null}'],
    ['of another type', '{"type":"TAKEN","object":{}}'],
    ['of no type', '{"type":{"toString":1},"object":{}}'],
    ['that is nested too deep', `{"type":"ADDED","object":${'['.repeat(200)}${']'.repeat(200)}}`],
    ['of what is no pod', '{"type":"ADDED","object":{"metadata":{"name":5}}}'],
  ])('%s is a failure in plain words', async (_what, line) => {
    await fetching({ pods: pods([A]), podsWatch: lines(line) }, async (fetched) => {
      fetched.want('pods', PLACE)
      const { feed } = await fetched.until('pods-feed', isFeed('lost'))
      const what = 'trouble' in feed ? feed.trouble.what : ''
      expect(what).toContain('expected a change of a pod')
    })
  })

  test.each<[string, unknown]>([
    ['with words', { code: 500, reason: HOSTILE, message: HOSTILE }],
    ['with none', null],
    ['with traps', { code: TRAP, reason: TRAP, message: TRAP }],
  ])('that ends with an error %s says so', async (_how, object) => {
    const error = JSON.stringify({ type: 'ERROR', object })
    await fetching({ pods: pods([A]), podsWatch: lines(error) }, async (fetched) => {
      fetched.want('pods', PLACE)
      const { feed } = await fetched.until('pods-feed', isFeed('lost'))
      expect(JSON.stringify(feed)).not.toContain('\\u001b')
    })
  })

  test('goes on from a version that is a text', async () => {
    const metadata = { name: 'b', namespace: 'prod', resourceVersion: TRAP }
    const trap = JSON.stringify({ type: 'ADDED', object: { ...A, metadata } })
    let watches = 0
    const watch: Lie = (response, ...asked) => {
      watches += 1
      lines(trap)(response, ...asked)
      if (watches === 1) response.end()
    }
    await fetching({ pods: pods([A]), podsWatch: watch }, async (fetched, liar) => {
      fetched.want('pods', PLACE)
      await expect.poll(() => watches, { timeout: 10_000 }).toBe(2)
      expect(liar.asked.at(-1)).toContain('resourceVersion=1')
    })
  })
})

describe('what is known about recording', () => {
  test.each<[string, unknown]>([
    ['lists with nothing in them', { items: [null], status: null }],
    ['numbers', { items: 5, status: { allowed: 5 } }],
    ['names that are numbers', { items: [{ webhooks: [{ name: 5 }] }], status: { allowed: HOSTILE } }],
  ])('is nothing where the server answers with %s', async (_what, body) => {
    await fetching({ others: (response) => sendJson(response, body) }, async (fetched) => {
      fetched.want('recording', PLACE)
      const { recording } = await fetched.until('recording')
      expect(recording).toMatchObject({ required: 'unknown', allowed: 'unknown' })
    })
  })
})

test.each<[string, () => unknown]>([
  ['that have no end', () => String(Math.random())],
  ['whose next page has no name', () => TRAP],
])('namespaces %s are a failure', async (_what, next) => {
  const namespaces: Lie = (response) => sendJson(response, { items: [], metadata: { continue: next() } })
  await fetching({ namespaces }, async (fetched) => {
    fetched.want('namespaces', PLACE)
    await fetched.until('namespaces-feed', isFeed('failed'))
  })
})
