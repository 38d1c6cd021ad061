import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endedFault, endOf, isOwnEnd, ownEndDraft, parseClientEnd } from '../../../server-min/ingest/ending.ts'
import { END_REASONS, type SessionEnd } from '../../../src/protocol/session.ts'
import { parseEnd } from '../../../src/recording/payload.ts'
import { endOf as madeEnd } from '../../rig/opening.ts'

const SHA = 'ab'.repeat(32)
const judge = (end: unknown): string | undefined => parseClientEnd(Buffer.from(JSON.stringify(end)))
const changed = (more: object): object => ({ ...madeEnd(), ...more })

describe('a client’s own end', () => {
  test.each<[string, object]>([
    ['as short as it may be', madeEnd()],
    ['without an exit code', changed({ exitCode: undefined })],
    ['with the largest message', changed({ message: 'ä'.repeat(2048) })],
    [
      'with all its digests',
      changed({ input: { bytes: 0, sha256: SHA }, output: { bytes: 1 }, errorOutput: { bytes: 2 } }),
    ],
    ['that lasted no time', changed({ durationMs: 0 })],
  ])('is one %s', (_, end) => expect(judge(end)).toBeUndefined())

  test.each<[string, unknown, string]>([
    ['null', null, 'no SessionEnd'],
    ['a text', 'end', 'no SessionEnd'],
    ['of another version', changed({ version: 2 }), 'no SessionEnd'],
    ['without a reason', changed({ reason: undefined }), 'unknown reason'],
    ['with a reason of its own', changed({ reason: 'bored' }), 'unknown reason'],
    ['with a reason that every object has', changed({ reason: 'toString' }), 'unknown reason'],
    ['with a negative exit code', changed({ exitCode: -1 }), 'exit code'],
    ['with an exit code in a text', changed({ exitCode: '0' }), 'exit code'],
    ['with null for an exit code', changed({ exitCode: null }), 'exit code'],
    ['with a message above 4 KiB', changed({ message: `${'ä'.repeat(2048)}x` }), 'message'],
    ['with a message that is none', changed({ message: ['x'] }), 'message'],
    ['without a duration', changed({ durationMs: undefined }), 'duration'],
    ['that lasted less than nothing', changed({ durationMs: -1 }), 'duration'],
    ['without a digest of its input', changed({ input: undefined }), 'digest of its input'],
    ['with null for that digest', changed({ input: null }), 'digest of its input'],
    ['with a digest without bytes', changed({ input: { sha256: SHA } }), 'digest of its input'],
    ['with a hash in upper case', changed({ input: { bytes: 0, sha256: SHA.toUpperCase() } }), 'digest of its input'],
    ['with a short hash', changed({ output: { bytes: 0, sha256: 'ab' } }), 'digest that is none'],
    ['with a digest of its errors that is none', changed({ errorOutput: 3 }), 'digest that is none'],
  ])('is none %s', (_, end, why) => expect(judge(end)).toContain(why))

  test.each(['client-lost', 'collector-closed', 'terminated'])(
    'cannot say %s, which only the collector knows',
    (reason) => expect(judge(changed({ reason }))).toContain('only the collector may give'),
  )

  test('is read as its readers will read it: a field that stands twice is none', () => {
    const twice = JSON.stringify(madeEnd()).replace('{', '{"reason":"exited",')
    expect(parseClientEnd(Buffer.from(twice))).toContain('no SessionEnd')
    expect(parseClientEnd(Buffer.from('{'))).toContain('no SessionEnd')
    expect(parseClientEnd(Buffer.of(0xff, 0xfe))).toContain('no SessionEnd')
  })

  test('that is taken is one for every reader', () => {
    const value = fc.oneof(fc.jsonValue(), fc.nat(), fc.constantFrom(...END_REASONS))
    const names = ['reason', 'exitCode', 'message', 'durationMs', 'input', 'output', 'errorOutput', 'by']
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3 }), (more) => {
        const payload = Buffer.from(JSON.stringify({ ...madeEnd(), ...more }))
        if (parseClientEnd(payload) === undefined) expect(parseEnd(payload)).toBeDefined()
      }),
      { numRuns: 500 },
    )
  })
})

describe('the collector’s own end', () => {
  const TOTALS = { input: 3, output: 0, errorOutput: 0 }
  const written = (more: object, totals = TOTALS): SessionEnd =>
    JSON.parse(
      Buffer.from(ownEndDraft({ reason: 'client-lost', durationMs: 1.6, ...more }, totals, 0).payload).toString(),
    )

  test('has the bytes that it counted, and no hash that it did not make', () => {
    expect(written({})).toEqual({ version: 1, reason: 'client-lost', input: { bytes: 3 }, durationMs: 2 })
    expect(written({}, { input: 0, output: 5, errorOutput: 7 })).toMatchObject({
      input: { bytes: 0 },
      output: { bytes: 5 },
      errorOutput: { bytes: 7 },
    })
  })

  test('has who ended it and why where somebody did', () => {
    expect(written({ reason: 'terminated', by: 'bob', message: 'enough' })).toMatchObject({
      by: 'bob',
      message: 'enough',
    })
    expect(written({})).not.toHaveProperty('by')
  })

  test('is never before the recorder’s last word, nor of less than no time', () => {
    const end = (durationMs: number, elapsed: number) =>
      ownEndDraft({ reason: 'client-lost', durationMs }, TOTALS, elapsed)
    expect(end(1, 5_000_000).elapsed).toBe(5_000_000)
    expect(end(6000, 5_000_000).elapsed).toBe(6_000_000)
    expect(written({ durationMs: -5 }).durationMs).toBe(0)
    expect(end(1, 0).salt.length).toBe(16)
    expect(end(1, 0).salt).not.toEqual(end(1, 0).salt)
  })

  test.each([
    ['exited', false],
    ['interrupted', false],
    ['client-lost', true],
    ['collector-closed', true],
    ['terminated', true],
    ['protocol-error', true],
  ] as const)('is told from a client’s by its reason: %s', (reason, own) => {
    expect(isOwnEnd(endOf(Buffer.from(JSON.stringify(madeEnd({ reason })))))).toBe(own)
  })

  test.each([
    [{ reason: 'client-lost' }, 'KAE_SESSION_ENDED', 'client-lost'],
    [{ reason: 'terminated', by: 'bob', message: 'enough' }, 'KAE_SESSION_TERMINATED', 'by bob: enough'],
    [{ reason: 'terminated' }, 'KAE_SESSION_TERMINATED', 'by somebody: no reason was given'],
  ] as const)('is what a client is told that comes back: %j', (end, code, detail) => {
    expect(endedFault(end)).toMatchObject({ code, detail, exit: code === 'KAE_SESSION_TERMINATED' ? 77 : 1 })
  })
})
