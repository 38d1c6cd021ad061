import { expect, test } from 'vitest'
import { isTrue, parseRequest } from '../../src/sandbox/request.ts'

const targetOf = (method: string, url: string) => {
  const request = parseRequest(method, url)
  return request && [request.verb, ...Object.values(request.target ?? {})]
}

test.each([
  ['GET', '/version', ['get']],
  ['GET', '/api/v1', ['get']],
  ['GET', '/api/v1/pods', ['list', '', 'v1', '', 'pods', '', '']],
  ['GET', '/api/v1/pods?watch=1', ['watch', '', 'v1', '', 'pods', '', '']],
  ['GET', '/api/v1/namespaces', ['list', '', 'v1', '', 'namespaces', '', '']],
  ['GET', '/api/v1/namespaces/prod', ['get', '', 'v1', 'prod', 'namespaces', 'prod', '']],
  ['DELETE', '/api/v1/namespaces/prod/pods', ['delete', '', 'v1', 'prod', 'pods', '', '']],
  ['POST', '/api/v1/namespaces/prod/pods/web-0/exec?command=a', ['create', '', 'v1', 'prod', 'pods', 'web-0', 'exec']],
  ['GET', '/apis/g.io/v1/namespaces/a/sessions/x/attach/', ['get', 'g.io', 'v1', 'a', 'sessions', 'x', 'attach']],
])('%s %s', (method, url, expected) => {
  expect(targetOf(method, url)).toEqual(expected)
})

test.each([
  '',
  'api',
  'http://host/api',
  '/api/../v1',
  '/api//v1',
  '/api/%2e/v1',
  '/a%2fb',
  '/a%5cb',
  '/a%00',
  '/%zz',
  '*',
])('a path that could be read in two ways means nothing: %j', (url) => {
  expect(parseRequest('GET', url)).toBeUndefined()
})

test.each([
  [null, false],
  ['0', false],
  ['false', false],
  ['FALSE', false],
  ['', true],
  ['1', true],
  ['true', true],
  ['no', true],
])('the query value %j is %j, as the API server reads it', (value, meaning) => {
  expect(isTrue(value)).toBe(meaning)
})
