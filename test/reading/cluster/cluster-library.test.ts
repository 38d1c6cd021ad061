import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { commitmentOf } from '../../../src/protocol/chain.ts'
import {
  CONTENT_TYPE,
  encodeContentEnd,
  encodeContentFault,
  encodeContentIdle,
  encodeReadRecord,
} from '../../../src/protocol/content.ts'
import type { ReadRecord } from '../../../src/protocol/read-record.ts'
import type { RecordsRequest, SessionLibrary } from '../../../src/protocol/session-library.ts'
import { clusterRecords } from '../../../src/reading/cluster/cluster-records.ts'
import { ID, RECORDS, SESSION, sendJson, serve, statusBody } from '../rig.ts'

const frames = (records: readonly ReadRecord[]): Buffer => Buffer.concat(records.map(encodeReadRecord))

function sendRecords(response: ServerResponse, url: URL, records: readonly ReadRecord[] = RECORDS): void {
  const from = Number(url.searchParams.get('fromSeq') ?? 0)
  response.writeHead(200, { 'Content-Type': CONTENT_TYPE })
  response.end(Buffer.concat([frames(records.slice(from)), encodeContentEnd()]))
}

async function read(library: SessionLibrary, request: RecordsRequest = {}): Promise<number[]> {
  const seqs: number[] = []
  for await (const { seq } of library.records(ID, request)) seqs.push(seq)
  return seqs
}

const isLog = ({ pathname }: URL): boolean => pathname.endsWith(`/namespaces/prod/sessions/${ID}/log`)

/** Serves the session, and its records by `log`. */
const withLog = (log: (response: ServerResponse, url: URL) => void) =>
  serve((url, response) => (isLog(url) ? log(response, url) : sendJson(response, SESSION)))

const withheld = (record: (typeof RECORDS)[number]): ReadRecord => {
  const { session, seq, time, link, elapsed, kind: of, salt, payload } = record
  const commitment = commitmentOf(salt, payload)
  return { kind: 'withheld', of, session, seq, time, link, elapsed, payloadBytes: payload.length, commitment }
}

describe('the places of a session in a cluster', () => {
  it('are those that the server tells', async () => {
    const items = [{ seq: 601, elapsed: 43_200_000 }]
    await using served = await withLog((response) => sendJson(response, { items }))
    expect(await served.library.waypoints(ID)).toEqual(items)
    expect(served.asked.at(-1)?.search).toBe('?format=waypoints')
  })

  it.each([{}, { items: 'many' }, { items: [{ seq: 'first', elapsed: 0 }] }])(
    'are not believed as %j',
    async (answer) => {
      await using served = await withLog((response) => sendJson(response, answer))
      await expect(served.library.waypoints(ID)).rejects.toMatchObject({ code: 'KAE_READING_ANSWER_INVALID' })
    },
  )
})

describe('records of a cluster', () => {
  it('are asked for in our own format and come in their order', async () => {
    await using served = await withLog((response, url) => sendRecords(response, url))
    expect(await read(served.library)).toEqual([0, 1, 2, 3])
    expect(served.asked.at(-1)?.search).toBe('?format=records')
  })

  it.each([1, 7, 100, 250])('go on after the last one when the stream is cut after %d bytes', async (bytes) => {
    let cut = false
    await using served = await withLog((response, url) => {
      if (cut) return sendRecords(response, url)
      cut = true
      response.writeHead(200, { 'Content-Type': CONTENT_TYPE })
      response.write(frames(RECORDS).subarray(0, bytes), () => response.destroy())
    })
    expect(await read(served.library, { follow: true })).toEqual([0, 1, 2, 3])
  })

  it('are not taken for whole where the stream ends without saying so', async () => {
    let asked = 0
    await using served = await withLog((response, url) => {
      asked += 1
      if (asked > 1) return sendRecords(response, url)
      response.writeHead(200, { 'Content-Type': CONTENT_TYPE }).end(frames(RECORDS.slice(0, 2)))
    })
    expect(await read(served.library)).toEqual([0, 1, 2, 3])
    expect(served.asked.at(-1)?.searchParams.get('fromSeq')).toBe('2')
  })

  it('are given up where stream after stream ends without saying so, and those that came were no whole', async () => {
    await using served = await withLog((response, url) => {
      const from = Number(url.searchParams.get('fromSeq') ?? 0)
      response.writeHead(200, { 'Content-Type': CONTENT_TYPE }).end(frames(RECORDS.slice(from, 2)))
    })
    const seqs: number[] = []
    const reading = (async () => {
      const { connection } = served
      const address = { connection, namespace: 'prod', id: ID, pausesMs: [1, 1, 1] }
      for await (const { seq } of clusterRecords(address)) seqs.push(seq)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'KAE_READING_CUT', exit: 1 })
    expect(seqs).toEqual([0, 1])
    // Once, and then behind each pause.
    expect(served.asked.filter(isLog)).toHaveLength(4)
  })

  it.each<[string, number, boolean[]]>([
    ['nothing of one that is over at once', 1, []],
    ['when it lasts, and when it is over', 3, [false, true]],
    ['when it lasts', 9, [false]],
  ])('tell of an interruption %s', async (_, cuts, expected) => {
    let asked = 0
    await using served = await withLog((response, url) => {
      asked += 1
      if (asked > 1 && asked <= 1 + cuts) return void response.destroy()
      if (asked > 1) return sendRecords(response, url)
      response.writeHead(200, { 'Content-Type': CONTENT_TYPE }).end(frames(RECORDS.slice(0, 2)))
    })
    const told: boolean[] = []
    const address = { connection: served.connection, namespace: 'prod', id: ID, pausesMs: [1, 1, 1, 1] }
    const request = { follow: true, onContact: (there: boolean) => void told.push(there) }
    const seqs: number[] = []
    const reading = (async () => {
      for await (const { seq } of clusterRecords(address, request)) seqs.push(seq)
    })()
    if (cuts < 5) await reading
    else await expect(reading).rejects.toMatchObject({ code: 'KAE_KUBE_CONNECTION_LOST' })
    expect(seqs).toEqual(cuts < 5 ? [0, 1, 2, 3] : [0, 1])
    expect(told).toEqual(expected)
  })

  it('are one chain also where some are withheld', async () => {
    const some = RECORDS.map((record) => (record.kind === 'input' ? withheld(record) : record))
    await using served = await withLog((response, url) => sendRecords(response, url, some))
    expect(await read(served.library)).toEqual([0, 1, 2, 3])
  })

  it.each([
    ['changed', RECORDS.map((record) => (record.seq === 1 ? { ...record, payload: Buffer.from('id\r') } : record))],
    ['left out', RECORDS.filter(({ seq }) => seq !== 1)],
    ['given twice', [...RECORDS.slice(0, 2), ...RECORDS.slice(1)]],
    ['exchanged', [RECORDS[0]!, RECORDS[2]!, RECORDS[1]!, RECORDS[3]!]],
    [
      'hidden behind another commitment',
      RECORDS.map((record) => (record.seq === 1 ? withheld({ ...record, payload: Buffer.from('id\r') }) : record)),
    ],
  ])('are refused where one was %s', async (_, records) => {
    await using served = await withLog((response, url) => sendRecords(response, url, records))
    await expect(read(served.library)).rejects.toMatchObject({ code: 'KAE_READING_CHAIN_BROKEN' })
  })

  it('end with what the server says is wrong', async () => {
    const fault = { code: 'KAE_READ_REVOKED', message: 'you may no longer read this', next: 'ask' }
    await using served = await withLog((response) => {
      response.writeHead(200, { 'Content-Type': CONTENT_TYPE })
      response.end(Buffer.concat([frames(RECORDS.slice(0, 1)), encodeContentIdle(), encodeContentFault(fault)]))
    })
    await expect(read(served.library)).rejects.toMatchObject({ code: 'KAE_READ_REVOKED' })
  })

  it.each([
    ['another type', { 'Content-Type': 'text/html' }, Buffer.from('<html>'), 'KAE_KUBE_NOT_AN_API_SERVER'],
    [
      'frames that are none',
      { 'Content-Type': CONTENT_TYPE },
      Buffer.from([255, 255, 255, 255, 0]),
      'KAE_READING_ANSWER_INVALID',
    ],
  ])('are refused in %s', async (...[, headers, body, code]) => {
    await using served = await withLog((response) => void response.writeHead(200, headers).end(body))
    await expect(read(served.library)).rejects.toMatchObject({ code })
  })

  it('stop where their reader does', async () => {
    await using served = await withLog((response) => {
      response.writeHead(200, { 'Content-Type': CONTENT_TYPE })
      response.write(frames(RECORDS.slice(0, 2)))
    })
    const leaving = new AbortController()
    const seqs: number[] = []
    for await (const { seq } of served.library.records(ID, { follow: true, signal: leaving.signal })) {
      seqs.push(seq)
      if (seq === 1) leaving.abort()
    }
    expect(seqs).toEqual([0, 1])
  })
})

describe('a session of a cluster', () => {
  it('is found in another namespace where its reader may list them all', async () => {
    await using served = await serve((url, response) => {
      if (url.pathname.endsWith('/v1alpha1/sessions')) return sendJson(response, { items: [SESSION], metadata: {} })
      sendJson(response, statusBody(404, 'not here'), 404)
    }, 'default')
    expect((await served.library.get(ID)).metadata.namespace).toBe('prod')
    expect(served.asked.at(-1)?.searchParams.get('fieldSelector')).toBe(`metadata.name=${ID}`)
  })

  it.each([
    [404, 'KAE_SESSION_NOT_FOUND', '-A'],
    [403, 'KAE_READING_FORBIDDEN', 'audit-exec-viewer'],
    [503, 'KAE_READING_UNAVAILABLE', '--local'],
  ])('is refused with what to do next: %d', async (status, code, next) => {
    await using served = await serve((_, response) => sendJson(response, statusBody(status, 'no'), status))
    const error = await served.library.get(ID).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code, next: expect.stringContaining(next) })
  })

  it('that is not there is said once, and where it was looked for', async () => {
    await using served = await serve((_, response) => sendJson(response, statusBody(404, 'not here; list them'), 404))
    const { place } = served.library
    await expect(served.library.get(ID)).rejects.toMatchObject({ detail: `${ID}; looked in ${place}` })
  })

  it('is not believed where it is of another shape', async () => {
    await using served = await serve((_, response) => sendJson(response, { ...SESSION, spec: { user: 'alice' } }))
    await expect(served.library.get(ID)).rejects.toMatchObject({ code: 'KAE_READING_ANSWER_INVALID' })
  })
})

describe('lists of a cluster', () => {
  it('are asked for by page, with the filters in the query', async () => {
    await using served = await serve((_, response) =>
      sendJson(response, { items: [SESSION], metadata: { continue: 'more', resourceVersion: '9' } }),
    )
    const query = { namespace: 'prod', user: 'alice', exitCode: 'nonzero' as const }
    const page = await served.library.list(query, { limit: 1, continue: 'token' })
    expect(page).toMatchObject({ continue: 'more', resourceVersion: '9' })
    expect(Object.fromEntries(served.asked[0]!.searchParams)).toEqual({
      user: 'alice',
      exitCode: 'nonzero',
      limit: '1',
      continue: 'token',
    })
  })

  it('are watched over streams that end, from the last version that was told', async () => {
    await using served = await serve((url, response) => {
      const version = Number(url.searchParams.get('resourceVersion') ?? 0) + 1
      const object = { ...SESSION, metadata: { ...SESSION.metadata, resourceVersion: String(version) } }
      response.writeHead(200, { 'Content-Type': 'application/json' })
      response.end(`${JSON.stringify({ type: 'MODIFIED', object })}\n`)
    })
    const leaving = new AbortController()
    const versions: (string | undefined)[] = []
    for await (const { object } of served.library.watch({}, { resourceVersion: '4', signal: leaving.signal })) {
      versions.push(object.metadata.resourceVersion)
      if (versions.length === 2) leaving.abort()
    }
    expect(versions).toEqual(['5', '6'])
  })
})

describe('a search in a cluster', () => {
  it('says what the server left out', async () => {
    const hit = { session: SESSION, where: 'command', line: 'ls', elapsed: 5 }
    await using served = await serve((_, response) =>
      sendJson(response, { items: [hit], warnings: ['stopped after 20 s'] }),
    )
    const search = { pattern: { type: 'text', text: 'ls' } as const, output: true, sessions: {}, limit: 5 }
    const lines: string[] = []
    for await (const { line } of served.library.search(search)) lines.push(line)
    expect(lines).toEqual(['ls'])
    expect(served.asked[0]?.search).toBe('?text=ls&limit=5&output=true')
    expect(served.said).toEqual(['warning: stopped after 20 s'])
  })
})

describe('terminating', () => {
  it('hands the reason over, and says where the session is over already', async () => {
    let body = ''
    await using served = await serve((url, response, request) => {
      if (!url.pathname.endsWith('/terminate')) return sendJson(response, SESSION)
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      request.on('end', () => sendJson(response, statusBody(409, 'it does not run any more'), 409))
    })
    await expect(served.library.terminate(ID, 'why')).rejects.toMatchObject({ code: 'KAE_TERMINATE_REFUSED' })
    expect(JSON.parse(body)).toEqual({ reason: 'why' })
  })
})
