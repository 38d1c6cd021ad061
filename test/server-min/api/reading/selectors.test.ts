import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { both, narrow } from '../../../../server-min/api/reading/narrowing.ts'
import {
  changes,
  FIELD_NAMES,
  fieldMatcher,
  parseFieldSelector,
  parseLabelSelector,
} from '../../../../server-min/api/reading/selectors.ts'
import type { SessionQuery } from '../../../../src/protocol/session-library.ts'
import type { SessionObject } from '../../../../src/protocol/session-object.ts'
import { type Made, sessionObject } from '../../../rig/session-object.ts'

const byFields = (selector: string, made: Made = {}): boolean =>
  fieldMatcher(parseFieldSelector(selector))(sessionObject(made))
const byLabels = (selector: string, labels?: Record<string, string>): boolean =>
  parseLabelSelector(selector)(sessionObject(labels === undefined ? {} : { metadata: { labels } }))
const refusal = expect.objectContaining({ code: 'KAE_READ_QUERY_INVALID', http: 400 })

describe('a field selector', () => {
  it.each([
    ['', true],
    [' , ,', true],
    ['metadata.namespace=prod', true],
    ['metadata.namespace==prod', true],
    ['metadata.namespace!=prod', false],
    ['metadata.namespace=dev', false],
    [' metadata.namespace = prod', true],
    ['spec.user.username=alice', true],
    ['spec.user.uid=', true],
    ['spec.user.uid!=', false],
    ['spec.authentication=request-header', true],
    ['spec.target.pod=web-0,spec.target.container=app', true],
    ['spec.target.pod=web-0,spec.target.container=db', false],
    ['spec.target.tty=true', true],
    ['spec.target.tty=false', false],
    ['spec.policy.capture=client', true],
    ['spec.policy.record=Input', false],
    ['status.phase=Ended', true],
    ['status.reason=exited', true],
    ['status.exitCode=0', true],
    ['status.exitCode=00', false],
    ['status.exitCode=', false],
  ])('%j selects: %s', (selector, selected) => expect(byFields(selector)).toBe(selected))

  it.each([
    'metadata.labels=x',
    'spec.target.pod',
    'spec.target.pod>a',
    '=web-0',
    'spec.target.pod=a=b',
    'spec.target.pod in (a)',
    'Spec.Target.Pod=a',
    `spec.target.pod=${'x'.repeat(4096)}`,
  ])('is refused where it is not understood: %j', (selector) => {
    expect(() => parseFieldSelector(selector)).toThrow(refusal)
  })

  it('is as long as it may be, and no longer', () => {
    const most = `spec.target.pod=${'x'.repeat(4096)}`.slice(0, 4096)
    expect(parseFieldSelector(most)).toHaveLength(1)
    expect(() => parseFieldSelector(`${most}x`)).toThrow(refusal)
  })

  it('has room for any value, with a backslash before what would end it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.boolean(), (pod, equal) => {
        const escaped = pod.replace(/[\\,=]/g, '\\$&')
        const terms = `spec.target.pod${equal ? '=' : '!='}${escaped},metadata.namespace=prod`
        // What stands before a value is taken for white space.
        if (/^\s/.test(pod)) return
        expect(byFields(terms, { target: { pod } })).toBe(equal)
        expect(byFields(terms, { target: { pod: `${pod}x` } })).toBe(!equal)
      }),
    )
  })

  it.each([
    ['status.phase=Live', true],
    ['status.reason!=exited', true],
    ['metadata.name=x,status.exitCode=0', true],
    ['spec.user.username=alice', false],
    ['', false],
  ])('that a session may come to meet while it runs is known: %j', (selector, changing) =>
    expect(changes(parseFieldSelector(selector))).toBe(changing),
  )
})

describe('a label selector', () => {
  it.each([
    ['', undefined, true],
    ['app', { app: 'web' }, true],
    ['app', undefined, false],
    ['!app', { app: 'web' }, false],
    ['!app', {}, true],
    ['app=web', { app: 'web' }, true],
    ['app==web', { app: 'db' }, false],
    ['app!=web', { app: 'web' }, false],
    ['app!=web', {}, true],
    ['app=', { app: '' }, true],
    ['app in (web, db)', { app: 'db' }, true],
    ['app in (web,db)', { app: 'cache' }, false],
    ['app in (web)', {}, false],
    ['app notin (web)', {}, true],
    ['app notin (web,db)', { app: 'db' }, false],
    ['app=web,tier', { app: 'web' }, false],
    ['app in (a,b),tier!=x', { app: 'a', tier: 'y' }, true],
    ['example.com/app=web', { 'example.com/app': 'web' }, true],
    ['constructor', {}, false],
    ['constructor!=x', {}, true],
  ])('%j selects of %j: %s', (selector, labels, selected) =>
    expect(byLabels(selector, labels as Record<string, string> | undefined)).toBe(selected),
  )

  it.each([
    'app=web)',
    'app in (web',
    'app in web',
    'app in ((web))',
    'app > 3',
    '=web',
    'app=we b',
    `app=${'x'.repeat(64)}`,
    'x'.repeat(4097),
  ])('is refused where it is not understood: %j', (selector) => {
    expect(() => parseLabelSelector(selector)).toThrow(refusal)
  })
})

describe('what a library is asked for', () => {
  /** What a library would find by these fields of a query, by itself. */
  const finds = ({ namespace, user, pod, container, phase, exitCode }: SessionQuery, session: SessionObject): boolean =>
    (namespace === undefined || session.metadata.namespace === namespace) &&
    (user === undefined || session.spec.user.username === user) &&
    (pod === undefined || session.spec.target.pod === pod) &&
    (container === undefined || session.spec.target.container === container) &&
    (phase === undefined || session.status.phase === phase) &&
    (exitCode === undefined ||
      (exitCode === 'nonzero' ? (session.status.exitCode ?? 0) !== 0 : session.status.exitCode === exitCode))

  const value = fc.constantFrom('a', 'b', '0', '1', 'Live', 'Ended', 'nonzero', '')
  const sessions = fc.record({ x: value, y: value, code: fc.constantFrom(undefined, 0, 1), live: fc.boolean() })

  it('is never less than what its terms select', () => {
    const terms = fc.array(fc.record({ field: fc.constantFrom(...FIELD_NAMES), equal: fc.boolean(), value }), {
      maxLength: 4,
    })
    const asked: fc.Arbitrary<SessionQuery> = fc.record(
      { pod: fc.constantFrom('a', 'b'), exitCode: fc.constantFrom(0, 1, 'nonzero' as const) },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(sessions, terms, asked, ({ x, y, code, live }, selected, query) => {
        const session = sessionObject({
          metadata: { namespace: y },
          target: { pod: x, container: y },
          spec: { user: { username: x, groups: [], extra: {} } },
          status: { phase: live ? 'Live' : 'Ended', ...(code === undefined ? {} : { exitCode: code }) },
        })
        if (!finds(query, session) || !fieldMatcher(selected)(session)) return
        const narrowed = narrow(query, selected)
        expect(narrowed !== undefined && finds(narrowed, session)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    [{ pod: 'a' }, { pod: 'b' }, undefined],
    [{ pod: 'a' }, { user: 'x' }, { pod: 'a', user: 'x' }],
    [{ exitCode: 'nonzero' }, { exitCode: 3 }, { exitCode: 3 }],
    [{ exitCode: 'nonzero' }, { exitCode: 0 }, undefined],
    [{ exitCode: 3 }, { exitCode: 4 }, undefined],
    [{ pod: 'a' }, undefined, undefined],
  ] as const)('is both %j and %j: %j', (one, other, expected) => expect(both(one, other)).toEqual(expected))

  it('is nothing where a phase is none that there is', () =>
    expect(narrow({}, parseFieldSelector('status.phase=Sleeping'))).toBeUndefined())
})
