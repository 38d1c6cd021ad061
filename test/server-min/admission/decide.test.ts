import { expect, test } from 'vitest'
import { type Candidate, decide } from '../../../server-min/admission/decide.ts'
import type { ConnectReview } from '../../../server-min/admission/review.ts'
import type { Identity } from '../../../src/protocol/session.ts'
import { ALICE, BOB, newId, TARGET } from '../rig/client.ts'

const NOBODY = { users: [], groups: [] }
const CREDENTIAL = 'authentication.kubernetes.io/credential-id'
const withCredential = (id: string): Identity => ({ ...ALICE, extra: { [CREDENTIAL]: [id] } })

const review = (more: Partial<ConnectReview> = {}): ConnectReview => ({
  type: 'exec',
  uid: 'u',
  dryRun: false,
  user: ALICE,
  target: TARGET,
  ...more,
})

const session = (more: Partial<Candidate> = {}): Candidate => ({
  id: newId(),
  user: ALICE,
  authentication: 'request-header',
  target: TARGET,
  live: true,
  used: false,
  ...more,
})

test('a live, unused session of the same user for exactly this exec admits it', () => {
  const candidate = session()
  expect(decide(review(), [candidate], NOBODY)).toEqual({ type: 'allow', session: candidate.id })
})

test('of several sessions the oldest is taken, whatever their order', () => {
  const [first, second] = [session({ id: '0192' as never }), session({ id: '0193' as never })]
  expect(decide(review(), [second, first], NOBODY)).toEqual({ type: 'allow', session: first.id })
})

test.each<[keyof typeof TARGET, object]>([
  ['namespace', { namespace: 'other' }],
  ['pod', { pod: 'web-1' }],
  ['container', { container: 'sidecar' }],
  ['command', { command: ['sh', '-l', ''] }],
  ['command', { command: ['sh -l'] }],
  ['command', { command: ['sh'] }],
  ['stdin', { stdin: false }],
  ['stdout', { stdout: false }],
  ['stderr', { stderr: true }],
  ['tty', { tty: false }],
])('a session that differs in %s admits nothing', (_field, target) => {
  const decision = decide(review(), [session({ target: { ...TARGET, ...target } })], NOBODY)
  expect(decision).toMatchObject({ type: 'deny' })
})

test('a near miss says in what it differs', () => {
  const decision = decide(review(), [session({ target: { ...TARGET, tty: false } })], NOBODY)
  expect(decision).toEqual({ type: 'deny', reason: 'session-differs', differs: 'tty' })
})

test('a request without a container matches no session, which always names one', () => {
  const { container: _, ...target } = TARGET
  expect(decide(review({ target }), [session()], NOBODY)).toMatchObject({ type: 'deny' })
})

interface Miss {
  readonly candidate?: Partial<Candidate>
  readonly request?: Partial<ConnectReview>
  readonly reason: string
}

test.each<[string, Miss]>([
  ['of another user', { candidate: { user: BOB }, reason: 'no-session' }],
  ['of the same name with another uid', { candidate: { user: { ...ALICE, uid: 'x' } }, reason: 'no-session' }],
  [
    'opened with another credential',
    { candidate: { user: withCredential('a') }, request: { user: withCredential('b') }, reason: 'no-session' },
  ],
  ['that nobody vouches for', { candidate: { authentication: 'unverified' }, reason: 'no-session' }],
  ['whose stream is closed', { candidate: { live: false }, reason: 'no-session' }],
  ['that was used', { candidate: { used: true }, reason: 'session-used' }],
  ['in a dry run', { request: { dryRun: true }, reason: 'dry-run' }],
])('a session %s admits nothing', (_what, { candidate, request, reason }) => {
  expect(decide(review(request), [session(candidate)], NOBODY)).toMatchObject({ type: 'deny', reason })
})

test('uid and credential are compared only where both sides have them', () => {
  const { uid: _, ...nameless } = ALICE
  expect(decide(review(), [session({ user: nameless })], NOBODY).type).toBe('allow')
  expect(decide(review({ user: withCredential('a') }), [session()], NOBODY).type).toBe('allow')
})

test('exempt users and groups pass, but not in a dry run, and a group is not a user', () => {
  expect(decide(review(), [], { users: ['alice'], groups: [] })).toEqual({ type: 'bypass', by: 'user' })
  expect(decide(review(), [], { users: [], groups: ['developers'] })).toEqual({ type: 'bypass', by: 'group' })
  expect(decide(review(), [], { users: ['developers'], groups: ['alice'] }).type).toBe('deny')
  expect(decide(review({ dryRun: true }), [], { users: ['alice'], groups: [] }).type).toBe('deny')
})

test('attaching to input is denied even with a session; to output alone it is not', () => {
  const attach = review({ type: 'attach', target: { ...TARGET, command: [] } })
  expect(decide(attach, [session({ target: { ...TARGET, command: [] } })], NOBODY)).toMatchObject({
    reason: 'attach',
    type: 'deny',
  })
  const watching = review({ type: 'attach', target: { ...TARGET, command: [], stdin: false } })
  expect(decide(watching, [], NOBODY).type).toBe('pass')
})
