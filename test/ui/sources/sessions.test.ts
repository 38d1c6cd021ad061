/** Sessions over a real socket, and whatever can go wrong with them. */
import { mkdtempSync, rmSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeSessionId } from '../../../src/protocol/session-id.ts'
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import { Newest } from '../../../src/ui/sources/newest.ts'
import type { Event } from '../../../src/ui/state/event.ts'
import { Liar, type Lies } from '../../attacks/rig/liar.ts'
import { SESSION, sendJson, statusBody } from '../../reading/rig.ts'
import { Fetched, isFeed } from '../rig/fetched.ts'

const PLACE = { context: 'liar', namespace: 'prod' }
const EXPIRED = statusBody(410, 'too old resource version')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kae-ui-sessions-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const session = (number: number, phase = 'Live'): SessionObject => {
  const name = makeSessionId(1_700_000_000_000 + number, Buffer.alloc(10, 3))
  const metadata = { ...SESSION.metadata, name, resourceVersion: String(number) }
  return { ...SESSION, metadata, status: { ...SESSION.status, phase: phase as 'Live' } }
}
const idOf = ({ metadata }: SessionObject) => metadata.name

const listOf =
  (items: () => readonly SessionObject[]) =>
  (response: ServerResponse): void =>
    sendJson(response, { metadata: { resourceVersion: '7' }, items: items() })

const tell = (response: ServerResponse, type: string, object: unknown): void =>
  void response.write(`${JSON.stringify({ type, object })}\n`)

/** What the screen would have now. */
function shown(events: readonly Event[]): string[] {
  const ids = new Map<string, SessionObject>()
  for (const event of events) {
    if (event.type !== 'sessions-changed') continue
    for (const id of event.removed) ids.delete(id)
    for (const each of event.upserts) ids.set(idOf(each), each)
  }
  return [...ids.values()].filter(({ status }) => status.phase === 'Live').map(idOf)
}

async function listing(lies: Lies, live: boolean, work: (fetched: Fetched, liar: Liar) => Promise<void>) {
  await using liar = await Liar.start(lies)
  await using fetched = new Fetched(liar.kubeconfig(folder))
  fetched.want('sessions', { place: PLACE, live })
  await work(fetched, liar)
}

const lists = (liar: Liar) => liar.asked.filter((each) => /\/sessions\?(?!.*watch)/.test(each)).length
const feeds = ({ events }: Fetched) => events.flatMap((event) => (event.type === 'sessions-feed' ? [event.feed] : []))

describe('a watch whose version the server has forgotten', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['as an answer', (response) => sendJson(response, EXPIRED, 410)],
    [
      'as an event',
      (response) => {
        tell(response.writeHead(200, { 'Content-Type': 'application/json' }), 'ERROR', EXPIRED)
        response.end()
      },
    ],
  ])('%s makes the list anew, and no trouble', async (_how, expired) => {
    let known = 1
    const items = () => Array.from({ length: known }, (_, index) => session(index))
    await listing({ sessions: listOf(items), sessionsWatch: expired }, false, async (fetched, liar) => {
      await fetched.until('sessions-changed', ({ upserts }) => upserts.length === 1)
      known = 2
      await fetched.until('sessions-changed', ({ upserts }) => upserts.length === 2)
      expect(lists(liar)).toBe(2)
      expect(feeds(fetched).map(({ type }) => type)).toEqual(['live', 'live'])
    })
  })
})

it('another failure of a watch is one, and says so', async () => {
  const refused = (response: ServerResponse) => sendJson(response, statusBody(403, 'not yours'), 403)
  await listing({ sessionsWatch: refused }, false, async (fetched) => {
    await fetched.until('sessions-feed', isFeed('refused'))
  })
})

describe('those that run', () => {
  it('are without one that ended while nobody could listen', async () => {
    let running = [session(1), session(2)]
    let watches = 0
    const cut = (response: ServerResponse): void => {
      watches += 1
      response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders()
      if (watches > 1) return
      running = [session(2)]
      sendExpired(response)
    }
    const sendExpired = (response: ServerResponse): void => {
      tell(response, 'ERROR', EXPIRED)
      response.end()
    }
    await listing({ sessions: listOf(() => running), sessionsWatch: cut }, true, async (fetched) => {
      await fetched.until('sessions-changed', ({ removed }) => removed.includes(idOf(session(1))))
      expect(shown(fetched.events)).toEqual([idOf(session(2))])
    })
  })

  it('stay, however many others end after them', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => session(index + 2, 'Ended'))
    const ending = (response: ServerResponse): void => {
      response.writeHead(200, { 'Content-Type': 'application/json' })
      for (const each of many) tell(response, 'MODIFIED', each)
    }
    await listing({ sessions: listOf(() => [session(1)]), sessionsWatch: ending }, true, async (fetched) => {
      await fetched.until('sessions-changed', ({ upserts }) =>
        upserts.some((each) => idOf(each) === idOf(many.at(-1)!)),
      )
      expect(shown(fetched.events)).toEqual([idOf(session(1))])
    })
  })
})

describe('a server that tells of ever more sessions', () => {
  it('fills no memory: the oldest go', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => session(index))
    const flood = (response: ServerResponse): void => {
      response.writeHead(200, { 'Content-Type': 'application/json' })
      for (const each of many) tell(response, 'ADDED', each)
      // An old one is none of the newest.
      tell(response, 'ADDED', many[0])
      tell(response, 'ADDED', session(2000))
    }
    await listing({ sessions: listOf(() => []), sessionsWatch: flood }, false, async (fetched) => {
      await fetched.until('sessions-changed', ({ upserts }) =>
        upserts.some((each) => idOf(each) === idOf(session(2000))),
      )
      expect(shown(fetched.events).toSorted()).toEqual([...many.slice(-399), session(2000)].map(idOf))
    })
  })

  it('has what comes together in one change of the screen, the last word on each', async () => {
    const words = Array.from({ length: 500 }, (_, index) => session(index % 5, index < 495 ? 'Live' : 'Ended'))
    const flood = (response: ServerResponse): void => {
      response.writeHead(200, { 'Content-Type': 'application/json' })
      for (const each of words) tell(response, 'MODIFIED', each)
    }
    await listing({ sessions: listOf(() => []), sessionsWatch: flood }, false, async (fetched) => {
      await fetched.until('sessions-changed', ({ upserts }) => upserts.at(-1)?.status.phase === 'Ended')
      expect(shown(fetched.events)).toEqual([])
      expect(fetched.events.filter(({ type }) => type === 'sessions-changed').length).toBeLessThan(50)
    })
  })

  it('and of which a list shows a part takes away none that may be behind it', () => {
    const newest = new Newest(10)
    newest.take([1, 2, 3, 4].map((number) => session(number)))
    expect(newest.missing([session(4), session(2)], false)).toEqual([idOf(session(3))])
    expect(newest.missing([session(4), session(2)], true)).toEqual([idOf(session(1))])
  })
})
