/** The terminal UI, on a screen and in lines, where the API server is an attacker. */
import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { makeSessionId } from '../../src/protocol/session-id.ts'
import { flood, type Lie, type Lies } from '../attacks/rig/liar.ts'
import { HOSTILE } from '../reading/hostile.ts'
import { SESSION, sendJson, statusBody } from '../reading/rig.ts'
import { pod } from '../ui/rig/pods.ts'
import { OnLiar } from './rig/on-liar.ts'

const anyJson = { 'Content-Type': 'application/json' }
const ENTER = '\r'
const { spec, status, metadata } = SESSION

const list =
  (...items: readonly unknown[]): Lie =>
  (response) =>
    sendJson(response, { metadata: { resourceVersion: '1' }, items, warnings: [HOSTILE] })
const refused =
  (code: number, headers: Record<string, string> = {}): Lie =>
  (response) =>
    void response.writeHead(code, { ...anyJson, ...headers }).end(JSON.stringify(statusBody(code, HOSTILE)))
const watching = (response: ServerResponse): ServerResponse => response.writeHead(200, anyJson)
const change = (object: unknown, type = 'ADDED'): string => `${JSON.stringify({ type, object })}\n`

const A = pod({ name: 'web-0', namespace: 'prod' })
const HOSTILE_POD = {
  metadata: { name: `evil${HOSTILE}`, namespace: HOSTILE, creationTimestamp: HOSTILE },
  spec: { containers: [{ name: HOSTILE }], nodeName: HOSTILE },
  status: {
    phase: HOSTILE,
    reason: HOSTILE,
    containerStatuses: [{ name: HOSTILE, restartCount: 7, state: { waiting: { reason: HOSTILE } } }],
  },
}
const HOSTILE_SESSION = {
  ...SESSION,
  metadata: { ...metadata, labels: { [HOSTILE]: HOSTILE } },
  spec: {
    ...spec,
    user: { username: `evil${HOSTILE}` },
    reason: HOSTILE,
    target: { ...spec.target, pod: HOSTILE, container: HOSTILE, command: [HOSTILE] },
  },
  status: { ...status, message: HOSTILE, reason: HOSTILE, by: HOSTILE },
}
const COMMANDS = [
  { type: 'command', line: `needle ${HOSTILE}`, source: 'seen', doubts: [HOSTILE], elapsed: 0, seq: 1 },
  { type: 'program', name: HOSTILE, elapsed: 1, seq: 2 },
]

describe('the list of pods', () => {
  test.each<[string, Lies, string]>([
    ['of hostile names shows them as text', { pods: list(HOSTILE_POD) }, 'evil\\e]8;;'],
    [
      'of hostile names with a change of them',
      { podsWatch: (r) => void watching(r).write(change(HOSTILE_POD)) },
      'evil',
    ],
    ['of no pods is a failure', { pods: list(null) }, 'expected a list'],
    ['of another type', { pods: (response) => response.end(HOSTILE) }, 'does not come from a Kubernetes'],
    ['that is refused in hostile words', { pods: refused(403) }, 'evil.example'],
    ['that is busy for ever', { pods: refused(429, { 'Retry-After': '0' }) }, 'evil.example'],
    ['that is gone', { pods: refused(410) }, 'evil.example'],
    ['that is elsewhere', { pods: refused(302, { Location: '/elsewhere' }) }, 'status 302'],
    [
      'whose watch is no JSON',
      { pods: list(A), podsWatch: (response) => void watching(response).write(`${HOSTILE}\n`) },
      'expected a change',
    ],
    [
      'whose watch ends in hostile words',
      { pods: list(A), podsWatch: (r) => void watching(r).write(change(statusBody(500, HOSTILE), 'ERROR')) },
      'evil.example',
    ],
    ['beside webhooks that are none', { pods: list(A), others: list(null, { webhooks: [{ name: 5 }] }) }, 'web-0'],
    ['that is not answered', { pods: () => undefined }, 'Fetching pods'],
  ])('%s', async (_what, lies, seen) => {
    await using on = await OnLiar.start([], lies)
    await on.viewer.untilText(seen)
    await on.leave('q')
    expect(on.liar.asked.some((asked) => asked.includes('elsewhere'))).toBe(false)
  })

  test('that never ends is left by a key, and fills no memory', async () => {
    let count = 0
    const endless: Lie = (response) => {
      const items = Array.from({ length: 500 }, (_, index) => pod({ name: `pod-${count + index}`, namespace: 'prod' }))
      count += 500
      sendJson(response, { metadata: { continue: `page ${count}` }, items })
    }
    await using on = await OnLiar.start([], { pods: endless })
    await expect.poll(() => count, { timeout: 40_000 }).toBeGreaterThan(20_000)
    await on.leave('\x03')
  })

  test('that a watch floods is left by a key, and fills no memory', async () => {
    let count = 0
    const some = (): Buffer => {
      const some = Array.from({ length: 200 }, (_, index) => pod({ name: `pod-${count + index}`, namespace: 'prod' }))
      count += 200
      return Buffer.from(some.map((each) => change(each)).join(''))
    }
    await using on = await OnLiar.start([], { pods: list(A), podsWatch: (r) => flood(watching(r), some) })
    await expect.poll(() => count, { timeout: 40_000 }).toBeGreaterThan(20_000)
    await on.leave('q')
  })
})

test('namespaces of hostile names are shown as text', async () => {
  const namespaces = list({ metadata: { name: `evil${HOSTILE}`.slice(0, 250) } })
  await using on = await OnLiar.start([], { pods: list(A), namespaces })
  await on.viewer.untilText('web-0')
  on.viewer.type('n')
  await on.viewer.untilText('evil')
  on.viewer.type('\x1b')
  await on.viewer.until('no box', (lines) => !lines.some((line) => line.includes('evil')))
  await on.leave('q')
})

describe('the list of sessions', () => {
  test.each<[string, Lies, string]>([
    [
      'of hostile words shows them, and what they typed, as text',
      { sessions: list(HOSTILE_SESSION), commands: list(...COMMANDS) },
      'evil',
    ],
    [
      'of words that no record holds',
      { sessions: list({ ...SESSION, spec: { ...spec, reason: 'x'.repeat(9e6) } }) },
      'expected',
    ],
    ['of another type', { sessions: (response) => response.end(HOSTILE) }, 'does not come from a Kubernetes'],
    ['that is refused in hostile words', { sessions: refused(403) }, 'evil.example'],
    ['of an API that refuses in hostile words', { discovery: refused(403) }, 'evil.example'],
    [
      'whose watch ends in hostile words',
      { sessionsWatch: (r) => void watching(r).write(change(statusBody(500, HOSTILE), 'ERROR')) },
      'evil.example',
    ],
    ['with a preview that is refused in hostile words', { commands: refused(500) }, 'evil.example'],
  ])('%s', async (_what, lies, seen) => {
    await using on = await OnLiar.start([], lies, { columns: 160 })
    await on.viewer.untilText('no pods')
    on.viewer.type('r')
    await on.viewer.untilText(seen)
    await on.leave('\x03')
  })

  test('that a watch floods is left by a key, and fills no memory', async () => {
    let count = 0
    const one = (): object => {
      count += 1
      return { ...HOSTILE_SESSION, metadata: { ...metadata, name: makeSessionId(1.7e12 + count, Buffer.alloc(10)) } }
    }
    const some = () => Buffer.from(Array.from({ length: 50 }, () => change(one())).join(''))
    await using on = await OnLiar.start([], { sessionsWatch: (response) => flood(watching(response), some) })
    await on.viewer.untilText('no pods')
    on.viewer.type('r')
    await expect.poll(() => count, { timeout: 40_000 }).toBeGreaterThan(5000)
    await on.leave('q')
  })

  test('and what a search found are shown as text', async () => {
    const hit = { session: HOSTILE_SESSION, where: 'output', line: `a needle ${HOSTILE}`, elapsed: 3 }
    await using on = await OnLiar.start([], { search: list(hit) }, { columns: 160 })
    await on.viewer.untilText('no pods')
    on.viewer.type('/')
    on.viewer.type('needle')
    await on.viewer.untilText('a needle')
    await on.leave('\x03')
  })
})

describe('in lines, for whoever hears them', () => {
  test.each<[string, Lies, string]>([
    ['hostile pods are text', { pods: list(HOSTILE_POD) }, 'evil'],
    ['a refusal in hostile words is text', { pods: refused(403) }, 'evil.example'],
  ])('%s', async (_what, lies, seen) => {
    await using on = await OnLiar.start([], lies, { env: { ACCESSIBLE: '1' } })
    await on.viewer.untilText(seen)
    await on.leave('\x03', 130)
  })

  test('hostile sessions are text', async () => {
    await using on = await OnLiar.start([], { sessions: list(HOSTILE_SESSION) }, { env: { ACCESSIBLE: '1' } })
    await on.viewer.untilText('pods')
    on.viewer.type(`r${ENTER}`)
    await on.viewer.untilText('evil')
    await on.leave('\x03', 130)
  })
})
