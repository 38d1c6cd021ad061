import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide } from '../../server-min/admission/decide.ts'
import { parseReview } from '../../server-min/admission/review.ts'
import { identityFromHeaders } from '../../server-min/api/identity-headers.ts'
import { HEADER_DEFAULTS } from '../../server-min/api/request-header.ts'
import { parseConfigMap } from '../../server-min/api/request-header-cluster.ts'
import { parseClientEnd } from '../../server-min/ingest/ending.ts'
import { parseHello } from '../../server-min/ingest/hello.ts'
import { parseStrictJson } from '../../src/protocol/strict-json.ts'
import { targetDifference } from '../../src/protocol/target.ts'
import { makeAuthority } from '../cluster/certificates.ts'
import { ALICE, endDraft, newId, openHello, TARGET } from '../server-min/rig/client.ts'
import { execReview } from '../server-min/rig/review.ts'
import { bytes, damaged, jsonText, twisted } from './inputs.ts'
import { faultOr, holds } from './runs.ts'

const SESSION = {
  id: newId(),
  user: ALICE,
  authentication: 'request-header',
  target: TARGET,
  live: true,
  used: false,
} as const
const NOBODY = { users: [], groups: [] }
const GOOD = execReview({ uid: 'good' })

test('reviews: one that is allowed is of that user and of exactly that exec', () => {
  holds(fc.oneof(twisted(GOOD), fc.jsonValue()), (body) => {
    const review = parseReview(body)
    if (review.type === 'unreadable' || review.type === 'unknown') return
    const decision = decide(review, [SESSION], NOBODY)
    if (decision.type !== 'allow') return
    const { request } = body as typeof GOOD
    expect(request.userInfo.username).toBe('alice')
    expect(request.object).toMatchObject({
      kind: 'PodExecOptions',
      command: TARGET.command,
      container: 'app',
      stdin: true,
      tty: true,
    })
    expect([request.operation, request.subResource, request.namespace, request.name]).toEqual([
      'CONNECT',
      'exec',
      'default',
      'web-0',
    ])
    expect([request.dryRun ?? false, review.dryRun]).toEqual([false, false])
    expect(targetDifference(TARGET, review.target)).toBeUndefined()
  })
})

test('reviews with a target of any kind: only the very same one is admitted', () => {
  const word = fc.oneof(fc.constantFrom('sh', '-l', 'sh -l', '', ' ', '-l\0'), fc.string({ maxLength: 3 }))
  const other = fc.record({
    command: fc.array(word, { maxLength: 3 }),
    stdin: fc.boolean(),
    tty: fc.boolean(),
    pod: fc.constantFrom('web-0', 'web-00'),
  })
  holds(other, (target) => {
    const review = parseReview(execReview({ target }))
    if (review.type !== 'exec') return
    const same = JSON.stringify({ ...TARGET, ...target }) === JSON.stringify(TARGET)
    expect(decide(review, [SESSION], NOBODY).type === 'allow').toBe(same)
  })
})

test('strict JSON: what it reads is what JSON.parse reads and writes back, and it never reads a name twice', () => {
  holds(fc.jsonValue({ maxDepth: 5 }), (value) => {
    const text = JSON.stringify(value)
    const parsed = parseStrictJson(text)
    if (parsed.ok) expect(JSON.stringify(parsed.value)).toBe(text)
    else expect(text).toContain('__proto__')
  })
  holds(fc.oneof(fc.string(), jsonText(GOOD)), (text) => {
    const parsed = parseStrictJson(text)
    if (parsed.ok) expect(parsed.value).toEqual(JSON.parse(text))
  })
  const name = fc.string({ unit: 'grapheme', maxLength: 5 }).map((key) => JSON.stringify(key))
  holds(fc.tuple(name, fc.nat(50), fc.jsonValue()), ([key, depth, value]) => {
    const escaped = key.replace(/^"([a-z])/, (_, char: string) => `"\\u00${char.charCodeAt(0).toString(16)}`)
    const twice = `{${key} :${JSON.stringify(value)}, ${escaped}: 1}`
    expect(parseStrictJson(`${'[{"a":'.repeat(depth / 2)}${twice}${'}]'.repeat(depth / 2)}`).ok).toBe(false)
  })
})

test('hellos: taken with all their fields and no other, or refused', () => {
  const resume = { resume: { seq: 4, head: 'ab'.repeat(32) } }
  holds(fc.oneof(twisted(openHello()), twisted(resume), fc.jsonValue()), (json) => {
    const parsed = parseHello(json)
    if (!parsed.ok) return
    if ('resume' in parsed.hello) return expect(parsed.hello.resume.head).toMatch(/^[0-9a-f]{64}$/)
    const { target } = parsed.hello.open
    expect(target.command.length).toBeGreaterThan(0)
    expect(target.command.every((word) => typeof word === 'string')).toBe(true)
    expect(target.pod).toMatch(/^[a-z0-9.-]+$/)
    expect(Object.keys(target).length).toBeLessThanOrEqual(8)
  })
})

test('ends: a client’s own is taken or refused, and never gives the collector’s reasons', () => {
  const good = JSON.parse(Buffer.from(endDraft().payload).toString()) as object
  const any = fc.oneof(
    bytes(),
    jsonText(good).map((text) => Buffer.from(text)),
    jsonText({ ...good, reason: 'client-lost' }).map((text) => Buffer.from(text)),
  )
  holds(any, (payload) => {
    if (parseClientEnd(payload) === undefined) expect(JSON.parse(payload.toString()).reason).not.toBe('client-lost')
  })
})

const latin1 = (text: string): string => Buffer.from(text).toString('latin1')

test('front-proxy headers: who the API server names comes back, letter by letter', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 20 })
  const key = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .map((name) => name.replace(/[A-Z]/g, (char) => char.toLowerCase()))
  const people = fc.record({
    username: text.filter((name) => name !== ''),
    groups: fc.array(text.filter((name) => name !== '')),
    extra: fc.dictionary(key, fc.array(text, { minLength: 1 })),
  })
  const escaped = (name: string) =>
    latin1(name).replace(
      /[^!#$&'*+\-.^_`|~0-9A-Za-z]/g,
      (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    )
  holds(people, ({ username, groups, extra }) => {
    const raw = ['X-Remote-User', latin1(username)]
    for (const group of groups) raw.push('x-remote-GROUP', latin1(group))
    for (const [name, values] of Object.entries(extra))
      for (const value of values) raw.push(`X-Remote-Extra-${escaped(name)}`, latin1(value))
    const found = identityFromHeaders(raw, HEADER_DEFAULTS)
    expect(found).toMatchObject({ type: 'identity', identity: { username, groups } })
    if (found.type === 'identity') expect({ ...found.identity.extra }).toEqual({ ...extra })
  })
})

test('front-proxy headers of any kind: an identity has a name, and nothing that came twice', () => {
  const name = fc.oneof(
    fc.constantFrom(
      'X-Remote-User',
      'x-remote-user',
      'X-Remote-Uid',
      'X-Remote-Group',
      'X-Remote-Extra-',
      'X-Remote-Extra-%',
      'X-Remote-Extra-__proto__',
      'X-Remote-Extra-%5f%5Fproto__',
    ),
    fc.string(),
  )
  holds(
    fc.array(
      fc.tuple(
        name,
        fc.oneof(
          fc.string(),
          bytes(8).map((value) => value.toString('latin1')),
        ),
      ),
    ),
    (headers) => {
      const found = identityFromHeaders(headers.flat(), HEADER_DEFAULTS)
      if (found.type !== 'identity') return
      const users = headers.filter(([key]) => key.toLowerCase() === 'x-remote-user')
      expect(users.map(([, value]) => Buffer.from(value, 'latin1').toString())).toEqual([found.identity.username])
    },
  )
})

test('the configuration of the request header: read, or a fault', async () => {
  const { certificate } = await makeAuthority('front-proxy-ca')
  const good = {
    'requestheader-client-ca-file': certificate,
    'client-ca-file': certificate,
    'requestheader-allowed-names': '["a"]',
    'requestheader-username-headers': '["X-Remote-User"]',
  }
  holds(twisted(good), (data) => {
    const strings = Object.fromEntries(
      Object.entries(data ?? {}).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    )
    const config = faultOr(() => parseConfigMap(strings))
    // Both authorities are one and the same here: without names nobody may be believed.
    if ('allowedNames' in config && strings['client-ca-file'] === certificate)
      expect(config.allowedNames).not.toEqual([])
  })
  holds(damaged(fc.constant(Buffer.from(certificate))), (pem) => {
    faultOr(() => parseConfigMap({ ...good, 'requestheader-client-ca-file': pem.toString('latin1') }))
  })
})
