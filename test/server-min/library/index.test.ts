/** The index is derived: whatever becomes of it, the log's word holds, and reading goes on. */
import { chmod, mkdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import type { LogLibrary } from '../../../server-min/library/library.ts'
import { openLogLibrary } from '../../../server-min/library/open-library.ts'
import { collect, draftOf, endOf, makePlace, openLog, type Place, record } from './rig.ts'

const openOn = ({ folder, indexFile }: Place): Promise<LogLibrary> =>
  openLogLibrary({ place: 'here', folders: [folder], indexFile })

async function page({ place }: { place: Place }) {
  await using library = await openOn(place)
  await library.warnings()
  return await library.list({}, { limit: 100 })
}

/** A log with three sessions, and an index that knows them. */
async function known(place: Place) {
  const log = await openLog(place.folder)
  const ids = [await record(log), await record(log, { user: 'bob' }), await record(log)]
  await page({ place })
  return { log, ids }
}

function change({ indexFile }: Place, sql: string): void {
  const database = new DatabaseSync(indexFile)
  database.exec(sql)
  database.close()
}

it('is its owner’s alone, in a folder that is', async () => {
  await using place = await makePlace()
  const { log } = await known(place)
  expect((await stat(place.indexFile)).mode & 0o777).toBe(0o600)
  expect((await stat(dirname(place.indexFile))).mode & 0o777).toBe(0o700)
  await log.close()
})

it.each<[string, (place: Place) => Promise<unknown> | undefined]>([
  ['was deleted', ({ indexFile }) => rm(indexFile)],
  ['is empty', ({ indexFile }) => writeFile(indexFile, '')],
  ['is no database', ({ indexFile }) => writeFile(indexFile, 'x'.repeat(10_000))],
  ['was cut', ({ indexFile }) => truncate(indexFile, 20_000)],
  ['is of another version', async (place) => change(place, 'PRAGMA user_version = 99')],
  ['has other tables', async (place) => change(place, 'DROP TABLE texts')],
])('is made anew where it %s', async (_, harm) => {
  await using place = await makePlace()
  const { log } = await known(place)
  await harm(place)
  const { items, warnings } = await page({ place })
  expect([items.length, warnings]).toEqual([3, []])
  await log.close()
})

it.each<[string, (place: Place) => Promise<unknown>]>([
  ['its folder cannot be made', ({ indexFile }) => writeFile(dirname(indexFile), '')],
  [
    'others can write its folder',
    async ({ indexFile }) => {
      await mkdir(dirname(indexFile))
      await chmod(dirname(indexFile), 0o777)
    },
  ],
  ['it is a folder', ({ indexFile }) => mkdir(indexFile, { recursive: true })],
])('is kept in memory, with a warning, where %s', async (_, harm) => {
  await using place = await makePlace()
  await harm(place)
  const log = await openLog(place.folder)
  await record(log)
  const { items, warnings } = await page({ place })
  expect(items).toHaveLength(1)
  expect(warnings).toEqual([expect.stringContaining(place.indexFile)])
  await log.close()
})

it('goes on in memory, with a warning, where the disk of its file is full', async () => {
  await using place = await makePlace()
  const { log } = await known(place)
  for (let n = 0; n < 200; n += 1) await record(log, { pod: `web-${n}`, command: ['echo', `${n}`.repeat(200)] })
  await using library = await openOn(place)
  // As a full disk does: the file may grow no more.
  await using full = await openFull(place)
  const { items, warnings } = await full.list({}, { limit: 1000 })
  expect(items).toHaveLength(203)
  expect(warnings).toEqual([expect.stringContaining('cannot be used')])
  await library.list({}, { limit: 1 })
  await log.close()
})

async function openFull({ folder, indexFile }: Place): Promise<LogLibrary> {
  const { Index } = await import('../../../server-min/library/upkeep/index-upkeep.ts')
  const { FolderLibrary } = await import('../../../server-min/library/library.ts')
  const index = await Index.open({ file: indexFile, folders: () => Promise.resolve([folder]) })
  const pages = Number(index.store.database.prepare('PRAGMA page_count').get()?.page_count)
  index.store.database.exec(`PRAGMA max_page_count = ${pages}`)
  return new FolderLibrary(index, { place: 'here' })
}

it('knows what was appended since it was written, without reading what it knows', async () => {
  await using place = await makePlace()
  const { log, ids } = await known(place)
  change(place, "UPDATE sessions SET container = 'remembered'")
  const open = await record(log, { open: true })
  expect((await page({ place })).items.map(({ spec }) => spec.target.container)).toEqual([
    'app',
    ...Array(3).fill('remembered'),
  ])
  await log.append(open, [draftOf('output', 'more'), draftOf('end', endOf(4))])
  const { items } = await page({ place })
  expect(items[0]).toMatchObject({ metadata: { name: open }, status: { records: 3, outputBytes: 4, exitCode: 4 } })
  expect(items).toHaveLength(ids.length + 1)
  await log.close()
})

it.each([
  ['another user', "UPDATE sessions SET who = (SELECT key FROM texts WHERE text LIKE '%bob%')"],
  ['another pod', "UPDATE sessions SET pod = 'other'"],
  ['another exit', 'UPDATE sessions SET ended = ended + 1, exit_code = 9'],
  ['another place', "UPDATE sessions SET first = replace(first, ',', ',7')"],
  ['too few records', 'UPDATE sessions SET records = 1'],
])('is not believed where it names %s than the log for a session', async (_, sql) => {
  await using place = await makePlace()
  const { log, ids } = await known(place)
  change(place, sql)
  await using library = await openOn(place)
  expect(await library.get(ids[0]!)).toMatchObject({
    spec: { user: { username: 'alice' }, target: { pod: 'web-0' } },
    status: { records: 2, exitCode: 0 },
  })
  expect(await collect(library.records(ids[0]!))).toHaveLength(2)
  await log.close()
})

it('forgets a log that is gone or replaced by another', async () => {
  await using place = await makePlace()
  const { log } = await known(place)
  await log.close()
  await rm(place.folder, { recursive: true })
  const other = await openLog(place.folder)
  const id = await record(other)
  expect((await page({ place })).items.map(({ metadata }) => metadata.name)).toEqual([id])
  await other.close()
  await using library = await openLogLibrary({ place: 'here', folders: [], indexFile: place.indexFile })
  expect((await library.list({}, { limit: 9 })).items).toEqual([])
})

it('reads a damaged log up to the damage, and says where that is', async () => {
  await using place = await makePlace()
  const log = await openLog(place.folder)
  for (let n = 0; n < 4; n += 1) await record(log)
  await log.close()
  const segment = join(place.folder, 'segment-00000000000000000001.log')
  const bytes = await readFile(segment)
  const middle = Math.floor(bytes.length / 2)
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  await writeFile(segment, bytes)
  const { items, warnings } = await page({ place })
  expect(items.length).toBeGreaterThan(0)
  expect(items.length).toBeLessThan(4)
  expect(warnings).toEqual([expect.stringContaining(`${segment} is damaged at byte`)])
})

it('takes many logs as one, each session from the log that has it', async () => {
  await using place = await makePlace()
  const ids = []
  for (const name of ['one', 'two', 'three']) {
    const log = await openLog(join(place.path, name))
    ids.push(await record(log, { pod: name }))
    await log.close()
  }
  const folders = ['one', 'two', 'three', 'none'].map((name) => join(place.path, name))
  await using library = await openLogLibrary({
    place: 'here',
    folders: () => Promise.resolve(folders),
    indexFile: place.indexFile,
  })
  const { items, warnings } = await library.list({}, { limit: 9 })
  expect(items.map(({ spec }) => spec.target.pod)).toEqual(['three', 'two', 'one'])
  expect(warnings).toEqual([expect.stringContaining('none')])
  expect(await collect(library.records(ids[1]!))).toHaveLength(2)
})

it('tells a session that runs from one whose recorder is gone', async () => {
  await using place = await makePlace()
  const log = await openLog(place.folder)
  await record(log, { open: true })
  await using library = await openOn(place)
  const phase = async () => (await library.list({}, { limit: 1 })).items[0]?.status.phase
  while (!(await stat(join(place.folder, 'writer.json')).catch(() => undefined))?.size) await new Promise(setImmediate)
  expect(await phase()).toBe('Live')
  await log.close()
  await using later = await openOn(place)
  expect((await later.list({ phase: 'Lost' }, { limit: 1 })).items).toHaveLength(1)
})

it('gives up on a command list that cannot be derived, and says so', async () => {
  await using place = await makePlace()
  const log = await openLog(place.folder)
  await record(log)
  const derive = () => Promise.reject(new Error('it is too much for me'))
  await using library = await openLogLibrary({ place: 'here', folders: [place.folder], derive })
  expect(await library.warnings()).toEqual(['the command lists of 1 sessions could not be derived'])
  await log.close()
})

it('tells who watches of what another process has put into the same index', async () => {
  await using place = await makePlace()
  const { log } = await known(place)
  await using library = await openOn(place)
  const { resourceVersion } = await library.list({}, { limit: 1 })
  const id = await record(log, { pod: 'new' })
  expect((await page({ place })).items).toHaveLength(4)
  const leaving = new AbortController()
  const told: string[] = []
  for await (const { type, object } of library.watch({}, { resourceVersion, signal: leaving.signal })) {
    told.push(`${type} ${object.metadata.name}`)
    leaving.abort()
  }
  expect(told).toEqual([`ADDED ${id}`])
  await log.close()
})
