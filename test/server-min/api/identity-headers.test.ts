import { expect, test } from 'vitest'
import { identityFromHeaders } from '../../../server-min/api/identity-headers.ts'
import { HEADER_DEFAULTS } from '../../../server-min/api/request-header.ts'

const latin1 = (text: string): string => Buffer.from(text).toString('latin1')
const read = (...raw: string[]) => identityFromHeaders(raw, HEADER_DEFAULTS)
const userOf = (found: ReturnType<typeof read>) => {
  if (found.type !== 'identity') throw new Error(JSON.stringify(found))
  return found.identity
}

test('user, uid, groups and extra are read as the API server writes them', () => {
  const found = read(
    ...['X-Remote-User', 'alice', 'X-Remote-Uid', '42', 'X-Remote-Group', 'a,b', 'x-remote-group', 'c'],
    ...['X-Remote-Extra-Authentication.kubernetes.io%2fCredential-Id', 'one'],
    ...['X-Remote-Extra-Authentication.kubernetes.io%2fcredential-id', 'two'],
  )
  const identity = userOf(found)
  expect(identity).toMatchObject({ username: 'alice', uid: '42', groups: ['a,b', 'c'] })
  expect(Object.entries(identity.extra)).toEqual([['authentication.kubernetes.io/credential-id', ['one', 'two']]])
})

test('names outside of ASCII arrive whole', () => {
  expect(userOf(read('X-Remote-User', latin1('jürgen@例え.jp'))).username).toBe('jürgen@例え.jp')
})

test('an extra key is unescaped once, not twice', () => {
  const identity = userOf(read('X-Remote-User', 'a', 'X-Remote-Extra-A%252fB', 'x'))
  expect(Object.keys(identity.extra)).toEqual(['a%2fb'])
})

test('an extra key that is no escaped one is taken as it is', () => {
  expect(Object.keys(userOf(read('X-Remote-User', 'a', 'X-Remote-Extra-100%', 'x')).extra)).toEqual(['100%'])
})

test('an extra key may be called like something of Object’s', () => {
  const identity = userOf(read('X-Remote-User', 'a', 'X-Remote-Extra-__proto__', 'x'))
  expect(Object.keys(identity.extra)).toEqual(['__proto__'])
  expect(JSON.stringify(identity)).toContain('"__proto__":["x"]')
})

test.each([
  ['a user that comes twice', ['X-Remote-User', 'alice', 'x-remote-user', 'admin']],
  ['a uid that comes twice', ['X-Remote-User', 'alice', 'X-Remote-Uid', '1', 'X-Remote-Uid', '2']],
  ['a user that is not UTF-8', ['X-Remote-User', '\xff\xfe']],
  ['a group that is not UTF-8', ['X-Remote-User', 'a', 'X-Remote-Group', '\xc3']],
])('%s is malformed', (_what, raw) => {
  expect(read(...raw)).toMatchObject({ type: 'malformed' })
})

test('no user, and an empty one, are none', () => {
  expect(read('X-Remote-Group', 'system:masters')).toEqual({ type: 'missing' })
  expect(read('X-Remote-User', '')).toEqual({ type: 'missing' })
})

test('headers by other names count only where the cluster is set up so', () => {
  const names = { ...HEADER_DEFAULTS, usernameHeaders: ['X-My-User', 'X-Remote-User'] }
  expect(identityFromHeaders(['X-My-User', 'bob', 'X-Remote-User', 'alice'], names)).toMatchObject({
    identity: { username: 'bob' },
  })
  expect(read('X-My-User', 'bob')).toEqual({ type: 'missing' })
})
