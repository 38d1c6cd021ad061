/** Command lists that are just being derived: once for all who ask, before what nobody waits for, and given up when the library closes. */
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openLogLibrary } from '../../../../server-min/library/open-library.ts'
import { findRow } from '../../../../server-min/library/search/candidates.ts'
import type { SessionRow } from '../../../../server-min/library/store/session-row.ts'
import { type Derive, recordsOfRow } from '../../../../server-min/library/upkeep/derivation.ts'
import { Derivations } from '../../../../server-min/library/upkeep/derivations.ts'
import { Index } from '../../../../server-min/library/upkeep/index-upkeep.ts'
import type { SessionId } from '../../../../src/protocol/session-id.ts'
import { deriveCommands } from '../../../../src/recording/commands/derive.ts'
import { collect, draftOf, endOf, freshId, makePlace, openingOf, openLog, type Place, record } from '../rig.ts'

const NOTHING = { commands: [], hiddenSeqs: [] }
/** From so many on the log is read for all of them together. */
const MANY = 100

/** A log of so many sessions on a terminal. */
async function written({ folder }: Place, count: number): Promise<SessionId[]> {
  const log = await openLog(folder)
  const ids: SessionId[] = []
  for (let each = 0; each < count; each += 1) ids.push(await record(log, { tty: true, output: ['$ '] }))
  await log.close()
  return ids
}

const openOn = ({ folder, indexFile }: Place, derive?: Derive) =>
  openLogLibrary({ place: 'here', folders: [folder], indexFile, ...(derive && { derive }) })

describe('a command list that is being derived', () => {
  it('is derived once, whoever asks for it while it is, and is there afterwards', async () => {
    await using place = await makePlace()
    const [id] = await written(place, 1)
    const gate = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    let runs = 0
    await using library = await openOn(place, async (records) => {
      runs += 1
      begun.resolve()
      await gate.promise
      return deriveCommands(records)
    })
    await library.list({}, { limit: 1 })
    await begun.promise
    const asked = [library.commands(id!), library.hiddenSeqs(id!), library.warnings()]
    await library.get(id!)
    gate.resolve()
    await Promise.all(asked)
    await library.commands(id!)
    expect(runs).toBe(1)
  })

  it('of a session that still runs is derived anew when there is more of it', async () => {
    await using place = await makePlace()
    const log = await openLog(place.folder)
    const id = freshId()
    await log.append(id, [draftOf('open', openingOf({ tty: true }))])
    const gate = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    let runs = 0
    await using library = await openOn(place, async () => {
      runs += 1
      begun.resolve()
      await gate.promise
      return NOTHING
    })
    const first = library.commands(id)
    await begun.promise
    await log.append(id, [draftOf('output', '$ ')])
    const second = library.commands(id)
    await library.get(id)
    gate.resolve()
    await Promise.all([first, second])
    expect(runs).toBe(2)
    await log.close()
  })

  it('for somebody who asked is kept, while the background is still at another', async () => {
    await using place = await makePlace()
    const [asked, newest] = await written(place, 2)
    const derived: (SessionId | undefined)[] = []
    const gate = Promise.withResolvers<void>()
    const derive: Derive = async (records) => {
      const [first] = await collect(records)
      derived.push(first?.session)
      if (first?.session === newest) await gate.promise
      return NOTHING
    }
    const library = await openOn(place, derive)
    await library.commands(asked!)
    const closing = library[Symbol.asyncDispose]()
    gate.resolve()
    await closing
    derived.length = 0
    await using again = await openOn(place, derive)
    await again.warnings()
    expect(derived).toEqual([newest])
  })
})

describe('what nobody waits for', () => {
  const row = (id: string): SessionRow => ({ id, records: 1 }) as unknown as SessionRow

  const ALWAYS = { turnMs: 0, longestWayMs: 2 ** 31 - 1 }

  async function* some(): AsyncGenerator<number> {
    yield* [1, 2, 3]
  }

  const readAll = (derivations: Derivations, id: string, signal = new AbortController().signal): Promise<number[]> =>
    collect(derivations.givingWay(row(id), some(), signal))

  it('gives way while somebody waits for another session, and not to its own', async () => {
    const derivations = new Derivations(ALWAYS)
    const gate = Promise.withResolvers<typeof NOTHING>()
    const asked = derivations.ask(row('b'), () => gate.promise)
    let isRead = false
    const other = readAll(derivations, 'a').then(() => {
      isRead = true
    })
    expect(await readAll(derivations, 'b')).toEqual([1, 2, 3])
    for (let turn = 0; turn < 20; turn += 1) await nextTurn()
    expect(isRead).toBe(false)
    gate.resolve(NOTHING)
    await Promise.all([asked, other])
    expect(await readAll(derivations, 'a')).toEqual([1, 2, 3])
  })

  it('goes on all the same where that never ends', async () => {
    const derivations = new Derivations({ turnMs: 0, longestWayMs: 1 })
    void derivations.ask(row('b'), () => new Promise(() => {}))
    expect(await readAll(derivations, 'a')).toEqual([1, 2, 3])
  })

  it('gives way to nobody any more once it is told to leave', async () => {
    const derivations = new Derivations(ALWAYS)
    void derivations.ask(row('b'), () => new Promise(() => {}))
    const leaving = new AbortController()
    const read = readAll(derivations, 'a', leaving.signal)
    await nextTurn()
    leaving.abort()
    expect(await read).toEqual([1, 2, 3])
  })
})

describe('a library that is closed while it derives', () => {
  /** Closes it in the midst of the first list; says how many lists were begun. */
  async function closedInTheMidst(place: Place): Promise<number> {
    let runs = 0
    const begun = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<void>()
    const library = await openOn(place, async (records) => {
      runs += 1
      begun.resolve()
      await closed.promise
      return deriveCommands(records)
    })
    await library.list({}, { limit: 1 })
    await begun.promise
    const closing = library[Symbol.asyncDispose]()
    closed.resolve()
    await closing
    return runs
  }

  it('begins no other list, however many were to be derived together', async () => {
    await using place = await makePlace()
    await written(place, MANY)
    expect(await closedInTheMidst(place)).toBe(1)
  })

  it('blames no session for it: none counts as one at which a process ended', async () => {
    await using place = await makePlace()
    await written(place, MANY)
    await closedInTheMidst(place)
    const database = new DatabaseSync(place.indexFile)
    expect(database.prepare('SELECT sum(tries) AS tries, sum(pending) AS pending FROM sessions').get()).toEqual({
      tries: 0,
      pending: MANY,
    })
    database.close()
  })

  it('reads no further where the index is just made, and the next time goes on there', async () => {
    await using place = await makePlace()
    const log = await openLog(place.folder)
    for (let each = 0; each < 800; each += 1) await record(log, { output: ['x'.repeat(60_000)] })
    await log.close()
    const begun = Promise.withResolvers<void>()
    let share = 0
    const { folder, indexFile } = place
    const library = await openLogLibrary({
      place: 'here',
      folders: [folder],
      indexFile,
      onProgress: ({ step, done, total }) => {
        begun.resolve()
        if (step === 'reading') share = done / total
      },
    })
    const listed = library.list({}, { limit: 1 }).catch(() => undefined)
    await begun.promise
    await library[Symbol.asyncDispose]()
    await listed
    expect(share).toBeLessThan(0.5)
    await using again = await openOn(place, async () => NOTHING)
    expect((await again.list({}, { limit: 1000 })).items).toHaveLength(800)
  })

  it('reads no further in a log that is full of others’ records', async () => {
    await using place = await makePlace()
    const log = await openLog(place.folder)
    const id = freshId()
    await log.append(id, [draftOf('open', openingOf({ tty: true }))])
    for (let each = 0; each < 100; each += 1) await record(log, { output: ['x'.repeat(60_000)] })
    await log.append(id, [draftOf('end', endOf())])
    await log.close()
    const index = await Index.open({ file: undefined, folders: async () => [place.folder] })
    await index.fresh()
    const leaving = new AbortController()
    const records = recordsOfRow(findRow(index.store, id)!, leaving.signal)
    expect((await records.next()).value).toMatchObject({ kind: 'open' })
    leaving.abort()
    await expect(records.next()).rejects.toThrow('aborted')
    await index.close()
  })
})
