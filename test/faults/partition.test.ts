import { describe, expect, it } from 'vitest'
import { verifyLogFolder } from '../../server-min/log/reader.ts'
import { STREAM_TIMES } from '../../src/collector/stream.ts'
import { flowOf } from './flow.ts'
import { recordsIn, violations } from './recovered.ts'
import { type Cut, SeveredCollector, type SeveringConnector } from './severing.ts'
import { Typist } from './typist.ts'
import { MemoryWitness } from './witness.ts'

const times = { ...STREAM_TIMES, answerMs: 5000, resumeMs: 10_000, retryMs: 1 }
/** All that the container gets of a whole session. */
const WHOLE = '\u0100resize 00500018\u0101ls\rpasted\rexit\r\u0100inputEnd \u0101'

/** A session of a few lines, a paste and its end. Gives the code of the fault that ended it, if one did. */
async function typeThrough(connector: SeveringConnector, witness: MemoryWitness): Promise<string | undefined> {
  try {
    const typist = await Typist.open({ connector, witness, times })
    await typist.resize({ columns: 80, rows: 24 })
    await typist.type('l', 's\r')
    typist.send('pa', 'st', 'e')
    await typist.type('d\r')
    await typist.type('exit\r')
    await typist.endInput()
    await typist.end()
  } catch (error) {
    return (error as { code: string }).code
  }
  return undefined
}

async function messagesOf(): Promise<SeveringConnector['messages']> {
  await using place = await SeveredCollector.make('Strict')
  const connector = place.connector([])
  await typeThrough(connector, new MemoryWitness())
  return connector.messages
}

/** Every place of a session where it can be cut, `then` again somewhat later, while it resumes or just after. */
async function everyCut(then: readonly number[], restart: boolean): Promise<Cut[][]> {
  const messages = await messagesOf()
  const cuts: Cut[][] = []
  for (const direction of ['to-collector', 'to-client'] as const)
    for (let nth = 1; nth <= messages[direction]; nth++)
      for (const lost of [true, false])
        cuts.push([0, ...then].map((later) => ({ direction, nth: nth + later, lost, restart })))
  return cuts
}

const isLostOpening = ([cut]: readonly Cut[]): boolean => cut?.direction === 'to-client' && cut.nth === 1 && cut.lost

describe.each(['Strict', 'Line'] as const)('A session under %s whose connection breaks', (durability) => {
  it.each([
    ['once', [], false],
    ['again at the first message after it', [1], false],
    ['again and again', [1, 2, 3], false],
    ['with its collector, whose next process takes over in the middle of typing', [], true],
    ['with its collector, twice', [1], true],
  ])('%s, at any message, loses nothing and doubles nothing', { timeout: 60_000 }, async (_, then, restart) => {
    await using place = await SeveredCollector.make(durability)
    const witness = new MemoryWitness()
    const all = await everyCut(then, restart)
    const sessions: Array<{ readonly cuts: Cut[]; readonly code: string | undefined }> = []
    for (const cuts of all) {
      await place.back()
      const connector = place.connector(cuts)
      const code = await typeThrough(connector, witness)
      expect(connector.left, JSON.stringify(cuts)).toBeLessThan(cuts.length)
      sessions.push({ cuts, code })
    }
    await place.close()
    expect(all.length).toBeGreaterThan(30)
    const records = await recordsIn(place.folder)
    expect(violations(records, witness.stories)).toEqual([])
    expect(await verifyLogFolder(place.folder)).toMatchObject({ type: 'intact' })
    for (const { cuts, code } of sessions.filter(({ code }) => code !== undefined)) {
      // Before the answer to its open a client has no session to resume: it is told, and nothing was typed.
      expect(code === 'KAE_COLLECTOR_UNREACHABLE' && isLostOpening(cuts), `${code} ${JSON.stringify(cuts)}`).toBe(true)
    }
    const whole = [...witness.stories.values()].filter(({ forwarded }) => flowOf(forwarded) === WHOLE)
    expect(whole).toHaveLength(sessions.filter(({ cuts }) => !isLostOpening(cuts)).length)
  })
})
