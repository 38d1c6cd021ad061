/** Places inside large sessions: reading from a record on begins there, and gives the same as reading all. */
import { open as openFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import type { LogLibrary } from '../../../server-min/library/library.ts'
import { openLogLibrary } from '../../../server-min/library/open-library.ts'
import type { AppendLog } from '../../../server-min/log/append-log.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import { collect, draftOf, endOf, freshId, makePlace, openingOf, openLog, type Place, record } from './rig.ts'

const PIECE_BYTES = 20_000
const MEGABYTE = 1024 * 1024
const BATCHES = 25
const PIECES = 12

const openOn = ({ folder, indexFile }: Place): Promise<LogLibrary> =>
  openLogLibrary({ place: 'here', folders: [folder], indexFile })

/** 6 MB on one terminal, each batch with another session behind it. */
async function writeLarge(log: AppendLog, between: () => Promise<unknown> = async () => {}): Promise<SessionId> {
  const id = freshId()
  await log.append(id, [draftOf('open', openingOf({ tty: true }))])
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const seqs = Array.from({ length: PIECES }, (_, piece) => batch * PIECES + piece + 1)
    await log.append(
      id,
      seqs.map((seq) => draftOf('output', `${seq} `.padEnd(PIECE_BYTES, '.'), seq * 1000)),
    )
    await record(log)
    await between()
  }
  await log.append(id, [draftOf('end', endOf(), (BATCHES * PIECES + 1) * 1000)])
  return id
}

const seqsFrom = async (library: LogLibrary, id: SessionId, fromSeq: number): Promise<number[]> =>
  (await collect(library.records(id, { fromSeq }))).map(({ seq }) => seq)

const upTo = (from: number): number[] => Array.from({ length: BATCHES * PIECES + 2 - from }, (_, index) => from + index)

describe.each([
  ['at once', false],
  ['bit by bit, while it is written', true],
])('the places of a large session that came into the index %s', (_, bitByBit) => {
  it('are about a megabyte apart, and where the records say', async () => {
    await using place = await makePlace()
    const log = await openLog(place.folder)
    await using library = await openOn(place)
    const id = await writeLarge(log, async () => bitByBit && library.list({}, { limit: 1 }))
    const waypoints = await library.waypoints(id)
    expect(waypoints.length).toBe(Math.floor((BATCHES * PIECES * PIECE_BYTES) / MEGABYTE))
    const seqs = waypoints.map(({ seq }) => seq)
    expect(waypoints.map(({ elapsed }) => elapsed)).toEqual(seqs.map((seq) => seq * 1000))
    const apart = seqs.slice(1).map((seq, index) => (seq - (seqs[index] ?? 0)) * PIECE_BYTES)
    for (const bytes of apart) expect(Math.abs(bytes - MEGABYTE)).toBeLessThanOrEqual(PIECES * PIECE_BYTES)
    await log.close()
  })

  it('give what reading from the start gives', async () => {
    await using place = await makePlace()
    const log = await openLog(place.folder)
    await using library = await openOn(place)
    const id = await writeLarge(log, async () => bitByBit && library.list({}, { limit: 1 }))
    for (const { seq } of await library.waypoints(id))
      for (const from of [seq - 1, seq, seq + 1]) expect(await seqsFrom(library, id, from)).toEqual(upTo(from))
    expect(await seqsFrom(library, id, 1000)).toEqual([])
    await log.close()
  })
})

it('a small session has no such places', async () => {
  await using place = await makePlace()
  const log = await openLog(place.folder)
  const id = await record(log, { output: ['a', 'b'] })
  await using library = await openOn(place)
  expect(await library.waypoints(id)).toEqual([])
  expect(await library.startOf(id, 2)).toBeUndefined()
  await log.close()
})

it('what stands before such a place is not read', async () => {
  await using place = await makePlace()
  const log = await openLog(place.folder)
  const id = await writeLarge(log)
  await log.close()
  await using library = await openOn(place)
  expect(await seqsFrom(library, id, 0)).toEqual(upTo(0))
  // In the middle of the third megabyte.
  const segment = (await readdir(place.folder)).filter((name) => name.endsWith('.log')).sort()[10] ?? ''
  await using file = await openFile(join(place.folder, segment), 'r+')
  await file.write(Buffer.from('?'), 0, 1, 100_000)
  const whole = await collect(library.records(id)).catch(() => [])
  expect(whole.length).toBeLessThan(BATCHES * PIECES)
  const last = (await library.waypoints(id)).at(-1)?.seq ?? 0
  expect(await seqsFrom(library, id, last)).toEqual(upTo(last))
})

it.each([
  ['another place', 'UPDATE waypoints SET position = (SELECT position FROM waypoints LIMIT 1)'],
  ['a place that is none', "UPDATE waypoints SET position = '1,77,0,0,0,0'"],
  ['a later record', 'UPDATE OR REPLACE waypoints SET seq = seq - 20'],
  ['another time', 'UPDATE waypoints SET elapsed = elapsed + 1'],
])('an index that says %s is not believed', async (_, sql) => {
  await using place = await makePlace()
  const log = await openLog(place.folder)
  const id = await writeLarge(log)
  await log.close()
  {
    await using library = await openOn(place)
    await library.get(id)
  }
  const database = new DatabaseSync(place.indexFile)
  database.exec(sql)
  database.close()
  await using library = await openOn(place)
  for (const from of [50, 170, 299]) expect(await seqsFrom(library, id, from)).toEqual(upTo(from))
  expect(await library.startOf(id, 299)).toBeUndefined()
})

it('they go with their session, and come again', async () => {
  await using place = await makePlace()
  const log = await openLog(place.folder)
  const id = await writeLarge(log)
  await log.close()
  await using library = await openOn(place)
  const before = await library.waypoints(id)
  await library.reindex()
  expect(await library.waypoints(id)).toEqual(before)
  expect(before.length).toBeGreaterThan(4)
})
