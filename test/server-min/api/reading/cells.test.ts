import { describe, expect, it } from 'vitest'
import { ageOf, COLUMN_DEFINITIONS, cellsOf } from '../../../../server-min/api/reading/cells.ts'
import { listIn, negotiateShape, objectIn } from '../../../../server-min/api/reading/representation.ts'
import { type Made, NOW, sessionObject } from '../../../rig/session-object.ts'

const SECOND = 1000
const [MINUTE, HOUR, DAY] = [60 * SECOND, 3600 * SECOND, 86_400 * SECOND]
const now = NOW / 1000
const NAMES = (COLUMN_DEFINITIONS as { name: string }[]).map(({ name }) => name)
const cell = (name: string, made: Made = {}) => cellsOf(sessionObject(made), now)[NAMES.indexOf(name)]

describe('an age', () => {
  // The bounds of HumanDuration in k8s.io/apimachinery pkg/util/duration, and the instants beside them.
  it.each([
    [-5, '0s'],
    [0, '0s'],
    [999, '0s'],
    [119 * SECOND, '119s'],
    [120 * SECOND, '2m'],
    [121 * SECOND, '2m1s'],
    [10 * MINUTE - 1, '9m59s'],
    [10 * MINUTE, '10m'],
    [179 * MINUTE + 59 * SECOND, '179m'],
    [3 * HOUR, '3h'],
    [3 * HOUR + MINUTE, '3h1m'],
    [8 * HOUR - 1, '7h59m'],
    [8 * HOUR + 59 * MINUTE, '8h'],
    [48 * HOUR - 1, '47h'],
    [2 * DAY, '2d'],
    [2 * DAY + HOUR, '2d1h'],
    [8 * DAY - 1, '7d23h'],
    [8 * DAY + 5 * HOUR, '8d'],
    [729 * DAY, '729d'],
    [730 * DAY, '2y'],
    [731 * DAY, '2y1d'],
    [8 * 365 * DAY - 1, '7y364d'],
    [9 * 365 * DAY + 30 * DAY, '9y'],
  ])('of %d ms is %s, as kubectl says it', (millis, words) => expect(ageOf(millis)).toBe(words))
})

describe('a row of a Table', () => {
  it.each([
    [{ phase: 'Live', exitCode: undefined }, 'live'],
    [{ phase: 'Lost', exitCode: undefined }, 'no end recorded'],
    [{ phase: 'Ended', reason: undefined }, 'ended'],
    [{ reason: 'exited', exitCode: 3 }, 'exit 3'],
    [{ reason: 'client-lost', exitCode: undefined }, 'client-lost'],
    [{ reason: 'terminated', exitCode: undefined }, 'terminated'],
  ] as const)('has %j as the state %s', (status, words) =>
    expect(cell('State', { status: status as never })).toBe(words),
  )

  it('has no more of a command and of a reason than fits, and cuts nothing that fits', () => {
    const long = 'x'.repeat(61)
    expect(cell('Command', { target: { command: [long] } })).toBe(`${'x'.repeat(59)}…`)
    expect(cell('Command', { target: { command: [long.slice(1)] } })).toBe('x'.repeat(60))
    expect(cell('Reason', { spec: { reason: long } })).toBe(`${'x'.repeat(59)}…`)
  })

  it('says of a name that nobody vouches for it', () => {
    expect(cell('User', { spec: { authentication: 'unverified' } })).toBe('alice (unverified)')
    expect(cell('User')).toBe('alice')
  })

  it('counts both streams of output, and has no duration and no lines before the end', () => {
    expect(cell('Out', { status: { outputBytes: 2, errorOutputBytes: 3 } })).toBe(5)
    const live = { phase: 'Live', durationMs: undefined, commands: undefined } as never
    expect([cell('Duration', { status: live }), cell('Lines', { status: live })]).toEqual(['', ''])
    expect([cell('Duration'), cell('Lines'), cell('Age')]).toEqual(['5s', 2, '23h'])
  })

  it('has a cell for each column, of which -o wide alone shows the last ones', () => {
    const columns = COLUMN_DEFINITIONS as { name: string; priority: number; description: string }[]
    const shown = (priority: number) => columns.filter((each) => each.priority === priority).map(({ name }) => name)
    expect(shown(0)).toEqual(['Name', 'User', 'Pod', 'Container', 'Command', 'State', 'Age'])
    expect(shown(1)).toEqual(['Duration', 'Lines', 'TTY', 'In', 'Out', 'Capture', 'Record', 'Reason'])
    expect(columns.every(({ description }) => description !== '')).toBe(true)
    expect(cellsOf(sessionObject(), now)).toHaveLength(columns.length)
  })

  it('holds nothing that drives a terminal', () => {
    const evil = '\x1b]0;x\x07\u202e\n'
    const cells = cellsOf(
      sessionObject({
        spec: {
          user: { username: evil, groups: [], extra: {} },
          reason: evil,
          policy: { capture: evil, record: evil, durability: evil } as never,
        },
        target: { pod: evil, container: evil, command: [evil] },
        status: { reason: evil as never, phase: 'Ended' },
      }),
      now,
    )
    expect(cells.join('')).not.toMatch(/[\p{Cc}\u202e]/u)
  })
})

describe('the shape of an answer', () => {
  const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io'
  const PARTIAL = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'

  it.each([
    [undefined, { as: 'Session' }],
    ['*/*', { as: 'Session' }],
    ['application/json', { as: 'Session' }],
    ['application/yaml', { as: 'Session' }],
    [`${TABLE},application/json`, { as: 'Table', include: 'Metadata' }],
    [`application/json,${TABLE}`, { as: 'Session' }],
    [TABLE.replace('v=v1', 'v=v1beta1'), { as: 'Session' }],
    [TABLE.replace('g=meta.k8s.io', 'g=x'), { as: 'Session' }],
    [`${TABLE.replace('v=v1', 'v=v1beta1')},${TABLE}`, { as: 'Table', include: 'Metadata' }],
    [`application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io, ${TABLE}`, { as: 'Table', include: 'Metadata' }],
    [`application/json;as=Chart;v=v1;g=meta.k8s.io,${PARTIAL}`, { as: 'PartialObjectMetadata' }],
    [PARTIAL.replace('as=PartialObjectMetadata', 'as=PartialObjectMetadataList'), { as: 'PartialObjectMetadata' }],
  ])('that %j accepts is %j', (accept, shape) => expect(negotiateShape(accept, null)).toEqual(shape))

  it.each(['None', 'Metadata', 'Object'] as const)('of a Table has in its rows: %s', (include) => {
    const session = sessionObject()
    const metadata = { resourceVersion: '7' }
    const shape = negotiateShape(TABLE, include)
    const table = listIn(shape, { items: [session], metadata, warnings: [] }, now)
    const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: session.metadata }
    const object = { None: null, Metadata: partial, Object: session }[include]
    expect(table).toMatchObject({ kind: 'Table', metadata, rows: [{ object }] })
    expect(objectIn(shape, session, { now, headings: false })).toMatchObject({ columnDefinitions: null })
  })

  it('of a Table is refused where what its rows hold is not known', () => {
    expect(() => negotiateShape(TABLE, 'All')).toThrow(expect.objectContaining({ code: 'KAE_READ_QUERY_INVALID' }))
    expect(negotiateShape(TABLE, '')).toEqual({ as: 'Table', include: 'Metadata' })
  })

  it('says what could not be read where it is a plain list', () => {
    const listed = { items: [], metadata: { resourceVersion: '7' }, warnings: ['a log is damaged'] }
    expect(listIn({ as: 'Session' }, listed, now)).toMatchObject({ warnings: ['a log is damaged'] })
    expect(listIn({ as: 'Session' }, { ...listed, warnings: [] }, now)).not.toHaveProperty('warnings')
  })

  it('of metadata alone gives nothing else away', () => {
    const session = sessionObject()
    expect(Object.keys(objectIn({ as: 'PartialObjectMetadata' }, session, { now }))).toEqual([
      'kind',
      'apiVersion',
      'metadata',
    ])
  })
})
