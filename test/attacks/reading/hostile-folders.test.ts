/** A copy of a log comes from somebody else: under its files' names may stand anything that a folder can hold. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openFileLog } from '../../../server-min/log/file-log.ts'
import { readSessionOf } from '../../../server-min/log/follow-folder.ts'
import { readLogFolder } from '../../../server-min/log/reader.ts'
import { isWritten } from '../../../server-min/log/writer-mark.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import { findLogs, requireLogs } from '../../../src/reading/folder/find-logs.ts'
import { openFolders } from '../../../src/reading/folder/folder-library.ts'
import { printHits } from '../../../src/reading/search-commands.ts'
import { verifyLog } from '../../../src/reading/verify/verify-logs.ts'
import { makePlace, type Place, record } from '../../server-min/library/rig.ts'

const SEGMENT = 'segment-00000000000000000001.log'
const LATER = 'segment-00000000000000000099.log'

let place: Place
let id: SessionId
beforeEach(async () => {
  place = await makePlace()
  const log = await openFileLog({ folder: place.folder, now: Date.now, lock: false })
  id = await record(log, { command: ['echo', 'needle'] })
  await log.close()
})
afterEach(() => place[Symbol.asyncDispose]())

const closing: (() => void)[] = []
afterEach(() => closing.splice(0).forEach((close) => void close()))

const STRANGE: Readonly<Record<string, (path: string) => unknown>> = {
  'a named pipe': (path) => execFileSync('mkfifo', [path]),
  'a link to a device without an end': (path) => symlinkSync('/dev/zero', path),
  'a link to a file of the system': (path) => symlinkSync('/etc/passwd', path),
  'a link to another log': (path) => {
    const other = join(place.path, 'another.log')
    writeFileSync(other, readFileSync(join(place.folder, SEGMENT)))
    rmSync(path, { force: true })
    symlinkSync(other, path)
  },
  'a folder': (path) => mkdirSync(path),
  'a socket': (path) => {
    const server = createServer().listen(path)
    closing.push(() => server.close())
    return new Promise((resolve) => server.once('listening', resolve))
  },
  'a file of holes without an end': (path) => {
    writeFileSync(path, '')
    truncateSync(path, 2 ** 40)
  },
}

const all = async (records: AsyncIterable<unknown>): Promise<number> => {
  let count = 0
  for await (const _ of records) count += 1
  return count
}

async function putInPlace(name: string, what: string): Promise<void> {
  const path = join(place.folder, name)
  if (what !== 'a link to another log') rmSync(path, { force: true, recursive: true })
  await STRANGE[what]?.(path)
}

describe.each(Object.keys(STRANGE))('%s in place of a segment', (what) => {
  test('is not read, not waited for, and named', async () => {
    await putInPlace(SEGMENT, what)
    await expect(all(readLogFolder(place.folder))).rejects.toMatchObject({ code: 'KAE_LOG_FOLDER_UNUSABLE' })
    expect((await verifyLog(place.folder)).report).toMatchObject({
      type: 'unreadable',
      why: expect.stringContaining(SEGMENT),
      before: { records: 0 },
    })
    await expect(all(readSessionOf({ folder: place.folder, session: id }))).rejects.toMatchObject({
      code: 'KAE_LOG_FOLDER_UNUSABLE',
    })
    await expect(openFileLog({ folder: place.folder, now: Date.now, lock: false })).rejects.toMatchObject({
      code: 'KAE_LOG_FOLDER_UNUSABLE',
    })
  })

  test('leaves lists and searches to the other logs, which say what they lack', async () => {
    await putInPlace(SEGMENT, what)
    const good = join(place.path, 'good')
    const log = await openFileLog({ folder: good, now: Date.now, lock: false })
    const other = await record(log, { command: ['echo', 'needle'] })
    await log.close()
    const env = { XDG_CACHE_HOME: join(place.path, 'cache') }
    await using library = await openFolders({ folders: [place.path], place: 'x', env })
    const page = await library.list({}, { limit: 10 })
    expect(page.items.map(({ metadata }) => metadata.name)).toEqual([other])
    expect(page.warnings.join()).toContain(SEGMENT)
    const said: string[] = []
    const output = { columns: undefined, paint: (_: unknown, text: string) => text, write: async () => undefined }
    const search = { pattern: { type: 'text', text: 'needle' }, output: false, sessions: {}, limit: 10 } as const
    await printHits(library, { search, format: 'table' }, {
      ...output,
      say: (line: string) => void said.push(line),
    } as never)
    expect(said.join()).toContain(SEGMENT)
  })

  test('as a later one neither hides nor hangs what comes before it', async () => {
    if (what === 'a link to another log') return
    await putInPlace(LATER, what)
    expect((await verifyLog(place.folder)).report).toMatchObject({
      type: 'unreadable',
      why: expect.stringContaining(LATER),
      before: { records: 2, ended: 1 },
    })
    expect(await all(readSessionOf({ folder: place.folder, session: id }))).toBe(2)
  })
})

test.each(['writer.json', 'lock.db'])(
  'a pipe or a device in place of %s is no writer, and nobody waits for it',
  async (name) => {
    for (const what of ['a named pipe', 'a link to a device without an end']) {
      await putInPlace(name, what)
      expect(await isWritten(place.folder)).toBe(false)
    }
  },
)

test.each(['a named pipe', 'a link to a file of the system', 'a folder'])(
  '%s in place of the lock is neither waited for nor touched',
  async (what) => {
    await putInPlace('lock.db', what)
    await expect(openFileLog({ folder: place.folder, now: Date.now })).rejects.toMatchObject({
      code: 'KAE_LOG_FOLDER_UNUSABLE',
    })
    expect(statSync('/etc/passwd').mode & 0o777).toBe(0o644)
  },
)

/** Run by somebody who may not read everything, as root may. */
const FINDING = `
  import { findLogs, requireLogs } from ${JSON.stringify(join(import.meta.dirname, '../../../src/reading/folder/find-logs.ts'))}
  const [folder] = process.argv.slice(1)
  const named = await requireLogs([folder]).catch(({ code }) => code)
  console.log(JSON.stringify({ named, found: await findLogs([folder]) }))`

test('what cannot be read below a named folder is not passed over in silence', () => {
  const closed = join(place.path, 'closed')
  mkdirSync(closed)
  for (const [path, mode] of [
    [closed, 0],
    [place.path, 0o755],
    [place.folder, 0o755],
  ] as const)
    chmodSync(path, mode)
  const argv = ['--input-type=module', '-e', FINDING, place.path]
  const options = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const said = execFileSync(process.execPath, argv, { ...options, cwd: '/', env: {}, encoding: 'utf8' })
  expect(JSON.parse(said)).toEqual({ named: 'KAE_LOG_FOLDER_UNUSABLE', found: [place.folder] })
  chmodSync(closed, 0o700)
})

test('links below a folder lead nowhere, also in a circle', async () => {
  symlinkSync(place.path, join(place.path, 'again'))
  symlinkSync('/', join(place.path, 'root'))
  await requireLogs([place.path])
  expect(await findLogs([place.path])).toEqual([place.folder])
})

test('a segment that shrinks while it is read ends where it ends', async () => {
  const path = join(place.folder, SEGMENT)
  const records = readLogFolder(place.folder)[Symbol.asyncIterator]()
  await records.next()
  truncateSync(path, 200)
  await expect(all({ [Symbol.asyncIterator]: () => records })).resolves.toBeLessThan(3)
})
