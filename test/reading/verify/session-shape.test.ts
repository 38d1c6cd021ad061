import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import { printHits } from '../../../src/reading/search-commands.ts'
import { printSession } from '../../../src/reading/show-session.ts'
import { isCommand, isHit, isSession, isWaypoint } from '../../../src/reading/verify/session-shape.ts'
import { ListedLibrary } from '../../rig/listed-library.ts'
import { capturedOutput, sessionObject } from '../../rig/session-object.ts'

const whole = sessionObject()
const HIT = { session: whole, where: 'command', line: 'id', elapsed: 0 }
const COMMAND = { type: 'command', line: 'id', source: 'typed', doubts: [], elapsed: 0, seq: 1 }

/** The object with another value at a path such as `status.startTime`; undefined takes the field away. */
function changed(object: unknown, path: string, value: unknown): unknown {
  const copy = structuredClone(object) as Record<string, unknown>
  const names = path.split('.')
  const last = names.pop() ?? ''
  const parent = names.reduce((at, name) => at[name] as Record<string, unknown>, copy)
  if (value === undefined) delete parent[last]
  else parent[last] = value
  return copy
}

describe('what a server calls a Session', () => {
  it('is one with all that is shown of it', () => expect(isSession(whole)).toBe(true))

  it.each([
    'metadata.name',
    'metadata.namespace',
    'metadata.creationTimestamp',
    'spec.user',
    'spec.user.username',
    'spec.authentication',
    'spec.target.pod',
    'spec.target.container',
    'spec.target.command',
    'spec.policy.capture',
    'spec.policy.record',
    'spec.policy.durability',
    'spec.client',
    'spec.client.name',
    'spec.client.version',
    'spec.client.platform',
    'status.phase',
    'status.startTime',
    'status.records',
    'status.inputBytes',
    'status.outputBytes',
    'status.errorOutputBytes',
  ])('is none without its %s, nor with null or an object there', (path) => {
    for (const value of [undefined, null, { toString: 'x' }]) {
      expect(isSession(changed(whole, path, value)), JSON.stringify(value)).toBe(false)
    }
  })

  it.each([
    ['metadata.name', 'latest'],
    ['spec.target.command', ['sh', 1]],
    ['spec.reason', 7],
    ['status.startTime', 'noon'],
    ['status.startTime', '+275760-09-13T00:00:00Z'],
    ['status.endTime', 'noon'],
    ['status.endTime', 5],
    ['status.by', ['root']],
    ['status.message', {}],
    ['status.exitCode', '0'],
    ['status.durationMs', null],
    ['status.commands', 'many'],
    ['status.digests', 'none'],
    ['status.digests', { output: { bytes: '3' } }],
    ['status.digests', { errorOutput: { bytes: 3, sha256: 7 } }],
  ])('is none where its %s is %j', (path, value) => expect(isSession(changed(whole, path, value))).toBe(false))

  it.each([[null], [undefined], ['Session'], [[]], [{}], [{ metadata: null, spec: {}, status: {} }]])(
    'is not %j',
    (value) => expect(isSession(value)).toBe(false),
  )

  it('is a page for a person whatever its texts and numbers are, or it is none', async () => {
    const anything = fc.oneof(fc.jsonValue(), fc.double({ noNaN: true }), fc.date().map(String))
    const places = ['status', 'spec', 'metadata'] as const
    const fields = places.flatMap((place) => Object.keys(whole[place]).map((name) => `${place}.${name}`))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...fields, 'status.digests', 'status.by'), anything, async (path, value) => {
        const object = changed(whole, path, value)
        if (!isSession(object)) return
        const output = capturedOutput(80)
        const shown = { session: object as SessionObject, commands: [], place: [] }
        await printSession(shown, 'text', output)
        expect(output.text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
      }),
      { numRuns: 400 },
    )
  })
})

describe('what a server calls a hit', () => {
  it('is a line of a session with a time in it', () => expect(isHit(HIT)).toBe(true))

  it.each([
    ['session', {}],
    ['where', 'elsewhere'],
    ['line', 7],
    ['elapsed', '0'],
    ['elapsed', -1],
    ['elapsed', 1e300],
  ])('is none where its %s is %j', (path, value) => expect(isHit(changed(HIT, path, value))).toBe(false))

  it('is shown with its time, however late in its session it says to be', async () => {
    const library = new ListedLibrary([whole])
    const last = changed(HIT, 'elapsed', Number.MAX_SAFE_INTEGER)
    if (!isHit(last)) throw new Error('the control must be a hit')
    library.hits = [last]
    const search = { pattern: { type: 'text', text: 'id' }, output: false, sessions: {}, limit: 1 } as const
    expect(await printHits(library, { search, format: 'table' }, capturedOutput())).toBe(1)
  })
})

describe('what a server calls a command', () => {
  it.each([
    COMMAND,
    { type: 'hidden', elapsed: 1, seq: 2 },
    { type: 'program', name: 'vi', elapsed: 1, seq: 2, durationMs: 3 },
  ])('is one: %j', (entry) => expect(isCommand(entry)).toBe(true))

  it.each([
    ['type', 'rumour'],
    ['line', 5],
    ['source', undefined],
    ['doubts', 'none'],
    ['doubts', [1]],
    ['elapsed', -1],
    ['elapsed', '0'],
    ['seq', undefined],
    ['exitCode', '0'],
    ['durationMs', {}],
    ['seq', Number.POSITIVE_INFINITY],
    ['durationMs', Number.POSITIVE_INFINITY],
  ])('is none where its %s is %j', (path, value) => expect(isCommand(changed(COMMAND, path, value))).toBe(false))

  it('is no program without a name', () => expect(isCommand({ type: 'program', elapsed: 1, seq: 2 })).toBe(false))
})

describe('what a server calls a waypoint', () => {
  it('is a record and its moment', () => expect(isWaypoint({ seq: 601, elapsed: 43_200_000 })).toBe(true))

  it.each([undefined, null, 7, [], {}, { seq: 1 }, { elapsed: 1 }])('is not %j', (value) =>
    expect(isWaypoint(value)).toBe(false),
  )

  it.each([
    ['seq', -1],
    ['seq', 1.5],
    ['seq', '1'],
    ['seq', 2 ** 60],
    ['elapsed', -1],
    ['elapsed', '1'],
    ['elapsed', Number.NaN],
  ])('is none where its %s is %j', (path, value) =>
    expect(isWaypoint(changed({ seq: 1, elapsed: 1 }, path, value))).toBe(false),
  )
})
