import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SessionQuery } from '../../src/protocol/session-library.ts'
import { encodeQuery, parseQuery, QUERY_PARAMETERS } from '../../src/protocol/session-query.ts'
import { holds } from '../fuzz/runs.ts'

const WHOLE: SessionQuery = {
  user: 'alice@example.com & sons',
  pod: 'web-0',
  container: 'app',
  since: 1_700_000_000_000_000,
  until: 1_700_000_000_000_001,
  phase: 'Lost',
  interactive: false,
  exitCode: 0,
  command: 'rm -rf /%2F?+ü\u202e',
}

const parse = (text: string, others: readonly string[] = []) => parseQuery(new URLSearchParams(text), others)

test('what was encoded is read back, every field of it', () => {
  expect(parse(encodeQuery(WHOLE).toString())).toEqual({ ok: true, query: WHOLE })
  expect(Object.keys(WHOLE).sort()).toEqual([...QUERY_PARAMETERS].sort())
  expect(parse(encodeQuery({ exitCode: 'nonzero' }).toString())).toEqual({ ok: true, query: { exitCode: 'nonzero' } })
  expect(parse('')).toEqual({ ok: true, query: {} })
})

test('the namespace stands in the path alone, so that nobody is authorized for one and reads another', () => {
  expect(encodeQuery({ namespace: 'prod', pod: 'web-0' }).toString()).toBe('pod=web-0')
  expect(parse('namespace=prod')).toEqual({ ok: false, why: 'unknown parameter "namespace"' })
})

test('parameters that belong to somebody else are passed over, all others refused', () => {
  expect(parse('limit=5&user=alice', ['limit'])).toEqual({ ok: true, query: { user: 'alice' } })
  expect(parse('limits=5', ['limit'])).toEqual({ ok: false, why: 'unknown parameter "limits"' })
})

test.each([
  ['user=', 'user is empty'],
  ['user=alice&user=bob', 'user is given 2 times'],
  [`user=${'x'.repeat(1025)}`, 'user is longer than 1024 characters'],
  ['since=yesterday', 'since is a whole number up to 9007199254740991; received "yesterday"'],
  ['since=1e3', 'since is a whole number up to 9007199254740991; received "1e3"'],
  ['since=-1', 'since is a whole number up to 9007199254740991; received "-1"'],
  ['until=9007199254740992', 'until is a whole number up to 9007199254740991; received "9007199254740992"'],
  ['phase=live', 'phase is one of Live, Ended, Lost; received "live"'],
  ['interactive=1', 'interactive is one of true, false; received "1"'],
  ['exitCode=01', 'exitCode is a whole number up to 2147483647; received "01"'],
  ['exitCode=%E2%80%AE%1b[31m', 'exitCode is a whole number up to 2147483647; received "\\u202e\\u001b[31m"'],
  ['__proto__=x', 'unknown parameter "__proto__"'],
])('%s is refused, and the words say why', (text, why) => {
  expect(parse(text)).toEqual({ ok: false, why })
})

test('whatever comes, it is refused or means one and the same query', () => {
  const name = fc.oneof(fc.constantFrom(...QUERY_PARAMETERS, 'limit', 'namespace', ''), fc.string())
  const value = fc.oneof(fc.constantFrom('', '0', '1', 'true', 'nonzero', 'Live', 'alice'), fc.string())
  holds(fc.array(fc.tuple(name, value), { maxLength: 4 }), (pairs) => {
    const parsed = parseQuery(new URLSearchParams(pairs), ['limit'])
    if (!parsed.ok) return expect(parsed.why).toMatch(/^[ -~]+$/)
    expect(parse(encodeQuery(parsed.query).toString())).toEqual(parsed)
  })
})
