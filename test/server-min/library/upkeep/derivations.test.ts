/** Command lists that are just being derived: once for all who ask, before what nobody waits for, and given up when the library closes. */
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
import { draftOf, endOf, freshId, makePlace, openingOf, openLog, type Place, record } from '../rig.ts'

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
    let runs = 0
    await using library = await openOn(place, async () => {
      runs += 1
      return NOTHING
    })
    await library.commands(id)
    await log.append(id, [draftOf('output', '$ ')])
    await library.commands(id)
    expect(runs).toBe(2)
    await log.close()
  })
})

describe('what nobody waits for', () => {
  const row = (id: string): SessionRow => ({ id, records: 1 }) as unknown as SessionRow

  async function* endless(): AsyncGenerator<number> {
    for (let each = 0; ; each += 1) {
      await nextTurn()
      yield each
    }
  }

  /** How many of an endless session's records are read in a moment. */
  async function readInAMoment(derivations: Derivations, id: string): Promise<number> {
    const until = performance.now() + 400
    let count = 0
    for await (const _ of derivations.givingWay(row(id), endless(), new AbortController().signal)) {
      count += 1
      if (performance.now() > until) break
    }
    return count
  }

  it('gives way while somebody waits for another session, and not to its own', async () => {
    const derivations = new Derivations()
    const alone = await readInAMoment(derivations, 'a')
    const gate = Promise.withResolvers<typeof NOTHING>()
    const asked = derivations.ask(row('b'), () => gate.promise)
    expect(await readInAMoment(derivations, 'a')).toBeLessThan(alone / 2)
    expect(await readInAMoment(derivations, 'b')).toBeGreaterThan(alone / 2)
    gate.resolve(NOTHING)
    await asked
    expect(await readInAMoment(derivations, 'a')).toBeGreaterThan(alone / 2)
  })

  it('goes on all the same where that never ends, and leaves off at once when it is told to', async () => {
    const derivations = new Derivations()
    void derivations.ask(row('b'), () => new Promise(() => {}))
    const leaving = new AbortController()
    let count = 0
    const from = performance.now()
    for await (const _ of derivations.givingWay(row('a'), endless(), leaving.signal)) {
      count += 1
      if (performance.now() - from > 1_000) break
    }
    expect(count).toBeGreaterThan(1)
    leaving.abort()
    for await (const _ of derivations.givingWay(row('a'), endless(), leaving.signal)) {
      count += 1
      if (count > 100_000) break
    }
    expect(count).toBeGreaterThan(100_000)
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

  it('takes no session for one that cannot be derived, however often that happens', async () => {
    await using place = await makePlace()
    await written(place, MANY)
    for (let each = 0; each < 3; each += 1) await closedInTheMidst(place)
    await using library = await openOn(place)
    expect(await library.warnings()).toEqual([])
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
