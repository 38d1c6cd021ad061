import { expect, test } from 'vitest'
import { parseReview } from '../../../server-min/admission/review.ts'
import { TARGET } from '../rig/client.ts'
import { execReview } from '../rig/review.ts'

test('an exec as the API server asks for it is understood, left-out booleans as false', () => {
  const parsed = parseReview(execReview())
  expect(parsed).toMatchObject({ type: 'exec', target: TARGET, user: { username: 'alice' }, dryRun: false })
})

test('a container that was left out stays left out', () => {
  const parsed = parseReview(execReview({ target: { container: '' } }))
  expect(parsed.type === 'exec' && parsed.target.container).toBe(undefined)
})

test.each<[string, object]>([
  ['another version', { ...execReview(), apiVersion: 'admission.k8s.io/v1beta1' }],
  ['another kind', { ...execReview(), kind: 'Review' }],
  ['an update', execReview({ request: { operation: 'UPDATE' } })],
  ['services', execReview({ request: { resource: { group: '', version: 'v1', resource: 'services' } } })],
  ['pods of another group', execReview({ request: { resource: { group: 'x', version: 'v1', resource: 'pods' } } })],
  ['a port forward', execReview({ subResource: 'portforward' })],
  ['no subresource', execReview({ request: { subResource: undefined } })],
  ['options of another kind', execReview({ object: { kind: 'PodAttachOptions' } })],
  ['options of another version', execReview({ object: { apiVersion: 'v2' } })],
  ['an unknown option', execReview({ object: { privileged: true } })],
  ['a command that is text', execReview({ object: { command: 'sh' } })],
  ['a flag that is text', execReview({ object: { stdin: 'true' } })],
  ['no options', execReview({ request: { object: null } })],
  ['no user', execReview({ request: { userInfo: undefined } })],
  ['a user without a name', execReview({ request: { userInfo: { username: '' } } })],
  ['groups that are no list', execReview({ request: { userInfo: { username: 'alice', groups: 'admins' } } })],
  ['extra that is no bag of lists', execReview({ request: { userInfo: { username: 'alice', extra: { a: 'b' } } } })],
  ['a dry run that is text', execReview({ request: { dryRun: 'true' } })],
  ['no pod', execReview({ request: { name: '' } })],
  ['no namespace', execReview({ request: { namespace: undefined } })],
  ['an attach with a command', execReview({ subResource: 'attach', object: { command: ['sh'] } })],
])('%s is not understood, and can be denied by its uid', (_what, body) => {
  expect(parseReview(body)).toMatchObject({ type: 'unknown', uid: expect.any(String) })
})

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['a list', []],
  ['a review without a request', { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' }],
  ['a request without a uid', execReview({ request: { uid: undefined } })],
  ['an empty uid', execReview({ uid: '' })],
  ['a uid without end', execReview({ uid: 'x'.repeat(129) })],
])('%s cannot even be denied by its uid', (_what, body) => {
  expect(parseReview(body)).toMatchObject({ type: 'unreadable' })
})
