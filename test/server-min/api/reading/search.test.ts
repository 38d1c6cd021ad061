import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SessionId } from '../../../../src/protocol/session-id.ts'
import { draft, endDraft } from '../../rig/client.ts'
import { ALL, ReadingRig, type SessionFacts } from './rig.ts'

let rig: ReadingRig
beforeEach(async () => {
  rig = await ReadingRig.start()
  rig.grants.add('carol audit sessions *').add('carol audit sessions/log *')
})
afterEach(() => rig[Symbol.asyncDispose]())

/** A session with one command, of which the terminal showed something unless `shown` says otherwise. */
async function made(line: string, facts: SessionFacts = {}, shown = true): Promise<SessionId> {
  const output = shown ? [draft('output', line)] : []
  const id = await rig.session(facts, [draft('input', `${line}\r`), ...output, endDraft()])
  rig.library.lists.set(id, [
    { type: 'command', source: shown ? 'seen' : 'typed', line, doubts: [], elapsed: 0, seq: 1 },
  ])
  return id
}

async function found(user: string, query: string, namespace?: string): Promise<readonly string[]> {
  const answer = await rig.search(user, query, namespace)
  expect(answer.status).toBe(200)
  const { items } = answer.json() as { items: { session: { metadata: { name: string } } }[] }
  return items.map(({ session }) => session.metadata.name)
}

describe('a search', () => {
  test('finds in the namespace of its path alone, also where the library gives more', async () => {
    const here = await made('cat x')
    const there = await made('cat x', { target: { namespace: 'prod' } })
    for (const careless of [false, true]) {
      rig.library.careless = careless
      expect(await found('carol', '?text=cat')).toEqual([here])
      expect(await found('carol', '?text=cat', 'prod')).toEqual([there])
    }
    expect(new Set(await found('carol', '?text=cat', ALL))).toEqual(new Set([here, there]))
  })

  test('gives as many hits as were asked for, and for 0 as many as it usually does', async () => {
    for (let index = 0; index < 4; index += 1) await made('cat x')
    expect(await found('carol', '?text=cat&limit=1')).toHaveLength(1)
    expect(await found('carol', '?text=cat&limit=3')).toHaveLength(3)
    for (const limit of [0, 4, 5, 999_999]) expect(await found('carol', `?text=cat&limit=${limit}`)).toHaveLength(4)
  })

  test('passes over a line that may be a password, and goes on behind it', async () => {
    const first = await made('cat x')
    await made('cat secret', {}, false)
    const last = await made('cat y')
    rig.library.careless = true
    expect(new Set(await found('carol', '?text=cat'))).toEqual(new Set([first, last]))
  })

  test('gives such a line to whoever may get secrets, and to nobody while the cluster cannot be asked', async () => {
    const secret = await made('cat secret', {}, false)
    rig.grants.add('dora audit sessions/log *').add('dora get sessions/secrets *')
    expect(await found('dora', '?text=cat')).toEqual([secret])
    rig.failReviews = true
    expect((await rig.search('erin', '?text=cat')).json().items ?? []).toEqual([])
  })

  test('is on record with whom, for what, and what it found, before it is answered', async () => {
    const id = await made('cat x')
    await found('carol', '?text=cat')
    await found('carol', '?regex=^no')
    const searches = rig.journal().filter(({ type }) => type === 'search')
    expect(searches).toMatchObject([
      { search: { pattern: { type: 'text', text: 'cat' } }, hits: [id] },
      { search: { pattern: { type: 'regex', source: '^no' } }, hits: [] },
    ])
    expect(JSON.stringify(searches)).toContain('carol')
  })

  test('is not answered where it cannot be put on record', async () => {
    await made('cat x')
    rig.server.log.refuse((drafts) => (drafts[0]?.kind === 'journal' ? new Error('no room') : undefined))
    const answer = await rig.search('carol', '?text=cat')
    expect(answer.status).toBe(503)
    expect(answer.text).not.toContain('cat x')
  })
})

test('a list is of the namespace of its path alone, also where the library gives more', async () => {
  const here = await made('cat x')
  const there = await made('cat x', { target: { namespace: 'prod' } })
  rig.library.careless = true
  expect(await rig.names('carol')).toEqual([here])
  expect(await rig.names('carol', '', 'prod')).toEqual([there])
})

describe('while a search runs', () => {
  /** What the cluster answered is remembered for a moment, which is over then. */
  const later = (): void => {
    rig.passed += 60_000
  }

  /** Does something once, before the library gives its first hit. */
  function meanwhile(happens: () => void): void {
    const { library } = rig
    const search = library.search.bind(library)
    library.search = async function* (asked) {
      happens()
      yield* search(asked)
    }
  }

  test('the right to it is taken away: nothing is shown, and the record says so', async () => {
    await made('cat x')
    meanwhile(() => {
      rig.grants.delete('carol audit sessions/log *')
      later()
    })
    const answer = await rig.search('carol', '?text=cat')
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('KAE_READ_REVOKED')
    expect(answer.text).not.toContain('cat x')
    expect(rig.journal().filter(({ type }) => type === 'search')).toMatchObject([{ hits: [] }])
  })

  test('the cluster cannot be asked any more: nothing is shown', async () => {
    await made('cat x')
    meanwhile(() => {
      rig.failReviews = true
      later()
    })
    const answer = await rig.search('carol', '?text=cat')
    expect(answer.status).toBe(503)
    expect(answer.text).toContain('KAE_READ_UNREVIEWED')
    expect(answer.text).not.toContain('cat x')
  })

  test('the cluster cannot be asked for a moment: what is remembered holds, and what is not is left out with a word', async () => {
    const ids = [await made('cat x'), await made('cat y')]
    for (let count = 0; count < 5; count += 1) await made('cat secret', {}, false)
    rig.grants.add('carol get sessions/secrets *')
    meanwhile(() => {
      rig.failReviews = true
    })
    const asked = rig.reviews.length
    const answer = await rig.search('carol', '?text=cat')
    expect(answer.status).toBe(200)
    const { items, warnings } = answer.json() as {
      items: { session: { metadata: { name: SessionId } } }[]
      warnings: string[]
    }
    expect(new Set(items.map(({ session }) => session.metadata.name))).toEqual(new Set(ids))
    expect(warnings).toEqual([expect.stringContaining('could not be asked')])
    // Each question may take seconds: one without an answer is enough.
    const secrets = rig.reviews.slice(asked).filter(({ attributes }) => attributes.name !== undefined)
    expect(secrets).toHaveLength(1)
  })

  test('one’s own are shown all the same', async () => {
    const own = await made('cat mine')
    meanwhile(() => {
      rig.grants.clear()
      later()
    })
    expect(await found('alice', '?text=cat')).toEqual([own])
  })
})
