/** What addresses, answers and errors of the network mean, case by case. */
import { describe, expect, test } from 'vitest'
import { fault } from '../../src/kube/faults.ts'
import { faultFromNetworkError } from '../../src/kube/network-faults.ts'
import { parseServerUrl } from '../../src/kube/server-url.ts'
import { decodeStatus, faultFromAnswer, statusOf } from '../../src/kube/status.ts'
import { encodeSelector, parseWorkloadRef } from '../../src/kube/workloads.ts'

describe('the address of a server', () => {
  test.each([
    ['https://api.test', 'https://api.test/'],
    ['https://api.test:6443/', 'https://api.test:6443/'],
    ['https://api.test/k8s/clusters/c1/', 'https://api.test/k8s/clusters/c1'],
    ['https://api.test/p?x=1#y', 'https://api.test/p'],
    ['api.test:8080', 'http://api.test:8080/'],
    ['api.test', 'http://api.test/'],
    ['HTTPS://API.test', 'https://api.test/'],
    ['https://[fd00::1]:6443', 'https://[fd00::1]:6443/'],
  ])('%s is %s', (text, url) => expect(parseServerUrl(text).href).toBe(url))

  test.each([
    ['', 'not a URL'],
    ['https://', 'needs its scheme'],
    ['https://a b', 'not a URL'],
    ['https://api.test:99999', 'not a URL'],
    ['https://bob:secret@api.test', 'user name or password'],
    ['bob@api.test', 'user name or password'],
    ['api.test/path', 'needs its scheme'],
    ['ftp://api.test', 'neither https nor http'],
    ['unix:///var/run/x', ''],
  ])('%j is refused, and no password is shown', (text, why) => {
    const parse = () => parseServerUrl(text)
    expect(parse).toThrow(expect.objectContaining({ code: 'KAE_KUBE_CONFIG_INVALID' }))
    expect(parse).toThrow(why)
    expect(parse).not.toThrow('secret')
  })
})

describe('an answer that is no success', () => {
  const answer = (status: number, body: string | object, contentType = 'application/json') => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return faultFromAnswer({ status, contentType, body: Buffer.from(text) })
  }
  const said = (code: number, more: object = {}) => ({ kind: 'Status', code, message: 'said so', ...more })

  test.each([
    [401, 'KAE_KUBE_UNAUTHORIZED'],
    [403, 'KAE_KUBE_FORBIDDEN'],
    [404, 'KAE_KUBE_NOT_FOUND'],
    [409, 'KAE_KUBE_API_ERROR'],
    [429, 'KAE_KUBE_API_ERROR'],
    [500, 'KAE_KUBE_API_ERROR'],
    [504, 'KAE_KUBE_TIMEOUT'],
  ])('with a Status of %d is %s, and the Status is kept', (code, expected) => {
    const found = answer(code, said(code, { reason: 'Because' }))
    expect(found).toMatchObject({ code: expected, detail: 'said so' })
    expect(statusOf(found)).toEqual({ code, reason: 'Because', message: 'said so' })
  })

  test.each([
    [said(403, { message: '' }), 'KAE_KUBE_FORBIDDEN', 'HTTP status 403'],
    [said(403, { message: '', reason: 'Forbidden' }), 'KAE_KUBE_FORBIDDEN', 'Forbidden'],
    ['', 'KAE_KUBE_FORBIDDEN', 'HTTP status 403'],
  ])('says what little is known: %j', (body, code, detail) => expect(answer(403, body)).toMatchObject({ code, detail }))

  test('of text alone comes from the API server’s filters, and is its words', () => {
    expect(answer(429, 'Too many requests\n', 'text/plain; charset=utf-8')).toMatchObject({
      code: 'KAE_KUBE_API_ERROR',
      detail: 'Too many requests',
    })
    expect(answer(401, 'x'.repeat(1000), 'text/plain').detail?.length).toBeLessThanOrEqual(301)
  })

  test.each(['<html>log in</html>', '{"kind":"Pod"}', '[]', 'null', '{', '"Status"'])(
    'that is no Status is not from an API server: %s',
    (body) => {
      expect(answer(403, body, 'text/html')).toMatchObject({ code: 'KAE_KUBE_NOT_AN_API_SERVER' })
      expect(decodeStatus(Buffer.from(body))).toBeUndefined()
    },
  )

  test.each([undefined, new Error('x'), { code: 403 }, { reason: 'Forbidden' }, { code: '403', reason: 'x' }])(
    'has no Status where its cause is %o',
    (cause) => expect(statusOf(fault('KAE_KUBE_FORBIDDEN', { cause }))).toBeUndefined(),
  )

  test('has no word that drives a terminal, neither of its body nor of its type', () => {
    const evil = '\x1b]0;x\x07'
    const found = [answer(500, said(500, { message: evil })), answer(500, 'x', evil), answer(500, evil, 'text/plain')]
    expect(found.map(({ message }) => message).join('')).not.toMatch(/\p{Cc}/u)
    expect(answer(500, 'x', '').detail).toContain('an answer without a type')
  })
})

describe('an error of the network', () => {
  const error = (code: string, more: object = {}) => Object.assign(new Error('words'), { code, ...more })

  test.each([
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS_WRONG_NAME'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'TLS_UNTRUSTED'],
    ['CERT_HAS_EXPIRED', 'TLS_UNTRUSTED'],
    ['ECONNREFUSED', 'UNREACHABLE'],
    ['ENOTFOUND', 'UNREACHABLE'],
    ['EACCES', 'UNREACHABLE'],
    ['ETIMEDOUT', 'TIMEOUT'],
    ['HPE_INVALID_CONSTANT', 'NOT_AN_API_SERVER'],
    ['EPROTO', 'TLS_FAILED'],
    ['ERR_TLS_HANDSHAKE', 'TLS_FAILED'],
    ['ECONNRESET', 'CONNECTION_LOST'],
    ['EPIPE', 'CONNECTION_LOST'],
    ['', 'CONNECTION_LOST'],
  ])('%s is %s, of which server, and its cause is kept', (code, expected) => {
    const cause = error(code)
    expect(faultFromNetworkError(cause, 'api.test')).toMatchObject({
      code: `KAE_KUBE_${expected}`,
      detail: 'api.test: words',
      cause,
    })
  })

  test('of every address of a name is that of the first', () => {
    const all = Object.assign(new AggregateError([error('ECONNREFUSED')], ''), { code: undefined })
    expect(faultFromNetworkError(all, 's')).toMatchObject({ code: 'KAE_KUBE_UNREACHABLE', detail: 's: words' })
  })

  test('of OpenSSL is told by its reason, not by its line of files and numbers', () => {
    const ssl = error('ERR_SSL_WRONG_VERSION_NUMBER', { reason: 'wrong version number' })
    expect(faultFromNetworkError(ssl, 's')).toMatchObject({
      code: 'KAE_KUBE_TLS_FAILED',
      detail: 's: wrong version number',
    })
    expect(faultFromNetworkError(error('ERR_SSL_X'), 's').detail).toBe('s: words')
  })

  test.each([
    [{}, 's: no reason given'],
    [Object.assign(new Error(''), { code: 'EX' }), 's: EX'],
  ])('without words says what little is known: %o', (cause, detail) =>
    expect(faultFromNetworkError(cause, 's').detail).toBe(detail),
  )

  test('that is a fault already stays that fault', () => {
    const known = fault('KAE_KUBE_PLUGIN_FAILED')
    expect(faultFromNetworkError(known, 's')).toBe(known)
  })
})

describe('TYPE/NAME', () => {
  test.each([
    ['web-0', 'pods', 'web-0'],
    ['po/web-0', 'pods', 'web-0'],
    ['pods.v1/web-0', 'pods', 'web-0'],
    ['deploy/api', 'deployments', 'api'],
    ['Deployment/api', 'deployments', 'api'],
    ['deployments.apps/api', 'deployments', 'api'],
    ['deployments.v1.apps/api', 'deployments', 'api'],
    ['sts/db', 'statefulsets', 'db'],
    ['job/once', 'jobs', 'once'],
    ['jobs.batch/once', 'jobs', 'once'],
    ['svc/web', 'services', 'web'],
    ['ds/x', 'daemonsets', 'x'],
    ['rs/x', 'replicasets', 'x'],
    ['rc/x', 'replicationcontrollers', 'x'],
    ['services.v1/x', 'services', 'x'],
    ['daemonsets.apps/x', 'daemonsets', 'x'],
    ['replicasets.v1.apps/x', 'replicasets', 'x'],
  ])('%s is of %s, %s', (ref, plural, name) => expect(parseWorkloadRef(ref)).toMatchObject({ kind: { plural }, name }))

  test.each([
    '',
    '/',
    'pod/',
    '/web-0',
    'a/b/c',
    'configmap/x',
    'deployments.batch/api',
    'deployments.v1.batch/api',
    'ds.v2.apps/x',
    'pods.apps/x',
    'cronjob/x',
  ])('%j is nothing to run a command in', (ref) => {
    expect(() => parseWorkloadRef(ref)).toThrow(expect.objectContaining({ code: 'KAE_KUBE_TARGET_INVALID' }))
  })

  const selectorOf = (ref: string, selector?: unknown) =>
    encodeSelector(parseWorkloadRef(ref).kind, {
      metadata: { name: 'x' },
      ...(selector === undefined ? {} : { spec: { selector } }),
    })

  test.each([
    ['deploy/x', { matchLabels: { b: '2', a: '1' } }, 'a=1,b=2'],
    ['svc/x', { app: 'web' }, 'app=web'],
    ['rc/x', { app: 'web' }, 'app=web'],
    ['deploy/x', { matchExpressions: [{ key: 'a', operator: 'In', values: ['z', 'y'] }] }, 'a in (y,z)'],
    ['deploy/x', { matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['y'] }] }, 'a notin (y)'],
    [
      'deploy/x',
      {
        matchExpressions: [
          { key: 'b', operator: 'Exists' },
          { key: 'a', operator: 'DoesNotExist' },
        ],
      },
      '!a,b',
    ],
    ['deploy/x', { matchLabels: { b: '1' }, matchExpressions: [{ key: 'a', operator: 'Exists' }] }, 'a,b=1'],
  ])('finds the pods of %s with %j by %s', (ref, selector, text) => expect(selectorOf(ref, selector)).toBe(text))

  test.each([
    ['svc/x', undefined],
    ['svc/x', {}],
    ['deploy/x', {}],
    ['deploy/x', { matchExpressions: [{ key: 'a', operator: 'Gt', values: ['1'] }] }],
  ])('of %s with %j would find every pod, or nobody knows which: refused', (ref, selector) => {
    expect(() => selectorOf(ref, selector)).toThrow(expect.objectContaining({ code: 'KAE_KUBE_TARGET_INVALID' }))
  })
})
