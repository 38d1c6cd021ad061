import { describe, expect, it } from 'vitest'
import { queryOf } from '../../src/reading/session-filters.ts'
import { NOW } from '../rig/session-object.ts'

const query = (flags: Readonly<Record<string, unknown>>, namespace?: string) => queryOf(flags, { namespace, now: NOW })

describe('the flags that say which sessions', () => {
  it.each([
    [{}, {}],
    [{ user: 'alice' }, { user: 'alice' }],
    [{ pod: 'pod/web-0' }, { pod: 'web-0' }],
    [{ pod: 'pods/web-0' }, { pod: 'web-0' }],
    [{ container: 'app' }, { container: 'app' }],
    [{ live: true }, { phase: 'Live' }],
    [{ ended: true }, { phase: 'Ended' }],
    [{ live: false, ended: false, interactive: false }, {}],
    [{ interactive: true }, { interactive: true }],
    [{ 'exit-status': '0' }, { exitCode: 0 }],
    [{ 'exit-status': '255' }, { exitCode: 255 }],
    [{ 'exit-status': 'nonzero' }, { exitCode: 'nonzero' }],
    [{ contains: 'rm -rf' }, { command: 'rm -rf' }],
    [
      { since: '2h', until: '30m' },
      { since: NOW - 7_200e6, until: NOW - 1_800e6 },
    ],
    [{ since: '2026-01-01T00:00Z' }, { since: Date.UTC(2026, 0, 1) * 1000 }],
  ])('%j ask for %j', (flags, expected) => expect(query(flags)).toEqual(expected))

  it('are for one namespace where one is named', () =>
    expect(query({ user: 'bob' }, 'dev')).toEqual({ namespace: 'dev', user: 'bob' }))

  it.each([
    [{ live: true, ended: true }, 'KAE_READING_FLAGS', '--live and --ended'],
    [{ since: '2h', until: '3h' }, 'KAE_READING_FLAGS', '--since=2h and --until=3h'],
    [{ since: '2h', until: '2h' }, 'KAE_READING_FLAGS', '--since=2h and --until=2h'],
    [{ user: '' }, 'KAE_READING_VALUE_INVALID', '--user='],
    [{ contains: '' }, 'KAE_READING_VALUE_INVALID', '--contains='],
    [{ since: '' }, 'KAE_READING_VALUE_INVALID', '--since='],
    [{ since: 'yesterday' }, 'KAE_READING_VALUE_INVALID', '--since=yesterday'],
    [{ until: '2026-13-01' }, 'KAE_READING_VALUE_INVALID', '--until=2026-13-01'],
    [{ 'exit-status': '-1' }, 'KAE_READING_VALUE_INVALID', '--exit-status=-1'],
    [{ 'exit-status': '1000' }, 'KAE_READING_VALUE_INVALID', '--exit-status=1000'],
    [{ 'exit-status': 'zero' }, 'KAE_READING_VALUE_INVALID', '--exit-status=zero'],
  ])('are refused where they are %j', (flags, code, words) => {
    expect(() => query(flags)).toThrow(expect.objectContaining({ code, detail: expect.stringContaining(words) }))
  })
})
