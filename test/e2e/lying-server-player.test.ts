/** `sessions replay` and `sessions watch` on a real terminal, where the API server is an attacker. */
import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { NO_LINK, placeRecord } from '../../src/protocol/chain.ts'
import {
  CONTENT_TYPE,
  encodeContentEnd,
  encodeContentFault,
  encodeContentIdle,
  encodeReadRecord,
} from '../../src/protocol/content.ts'
import type { Draft } from '../../src/protocol/record.ts'
import { encodeTerminalSize } from '../../src/protocol/terminal-size.ts'
import { drip, flood, framesOf, type Lie, type Lies, sendRecords } from '../attacks/rig/liar.ts'
import { HOSTILE } from '../reading/hostile.ts'
import { chained, ID, OPENING, RECORDS, SESSION, sendJson, statusBody } from '../reading/rig.ts'
import { draftOf, endOf } from '../rig/opening.ts'
import { OnLiar } from './rig/on-liar.ts'

const REPLAY = ['sessions', 'replay', ID]
const WATCH = ['sessions', 'watch', ID]

const anyJson = { 'Content-Type': 'application/json' }
const { spec, status } = SESSION
const LIVE = { ...SESSION, status: { ...status, phase: 'Live', records: 3 } }
const HOSTILE_SESSION = {
  ...SESSION,
  spec: {
    ...spec,
    user: { username: HOSTILE },
    reason: HOSTILE,
    target: { ...spec.target, pod: HOSTILE, container: HOSTILE, command: [HOSTILE] },
  },
  status: { ...status, message: HOSTILE, reason: HOSTILE, by: HOSTILE },
}

const live: Lie = (response) => sendJson(response, LIVE)
const open = (response: ServerResponse): ServerResponse => response.writeHead(200, { 'Content-Type': CONTENT_TYPE })
const sent =
  (...parts: readonly Uint8Array[]): Lie =>
  (response) =>
    sendRecords(response, Buffer.concat(parts))
const refused =
  (code: number, headers: Record<string, string> = {}): Lie =>
  (response) =>
    void response.writeHead(code, { ...anyJson, ...headers }).end(JSON.stringify(statusBody(code, HOSTILE)))

const FRAMES = RECORDS.map(encodeReadRecord)
const BEGUN = Buffer.concat(FRAMES.slice(0, 3))
const recordsOf = (...drafts: readonly Draft[]) => framesOf(chained([draftOf('open', OPENING), ...drafts]))

/** Records one after another, each linked to the one before. */
function endless(next: (seq: number) => Draft): () => Buffer {
  let [link, seq] = [NO_LINK, 0]
  return () => {
    const draft = seq === 0 ? draftOf('open', OPENING) : next(seq)
    const placement = { session: ID, seq, time: 1_700_000_000_000_000 + seq, link }
    link = placeRecord(draft, placement).hash
    seq += 1
    return encodeReadRecord({ ...draft, ...placement })
  }
}

describe('what ends a replay does it by its name', () => {
  const forged = Buffer.from(FRAMES[0]!)
  forged.writeUInt32BE(0xfffffff0, 0)
  const largest = Buffer.from(FRAMES[1]!)
  largest.fill(0xff, 5 + 40, 5 + 48)
  const backwards = chained([draftOf('open', OPENING), draftOf('output', Buffer.from('x'))])
  const earlier = { ...backwards[1]!, time: 1 }
  test.each<[string, Lies, string]>([
    ['another type', { records: (response) => response.end(HOSTILE) }, 'KAE_KUBE_NOT_AN_API_SERVER'],
    ['a forged length', { records: sent(forged) }, 'KAE_READING_ANSWER_INVALID'],
    ['a number beyond all others', { records: sent(FRAMES[0]!, largest) }, 'KAE_READING_ANSWER_INVALID'],
    ['records twice', { records: sent(BEGUN, BEGUN) }, 'KAE_READING_CHAIN_BROKEN'],
    ['records out of order', { records: sent(FRAMES[0]!, FRAMES[2]!, FRAMES[1]!) }, 'KAE_READING_CHAIN_BROKEN'],
    ['a clock that goes back', { records: sent(FRAMES[0]!, encodeReadRecord(earlier)) }, 'KAE_READING_CHAIN_BROKEN'],
    ['no record', { records: sent(encodeContentEnd()) }, 'KAE_READING_CHAIN_BROKEN'],
    [
      'a fault in hostile words',
      { records: sent(encodeContentFault({ code: 'KAE_X', message: HOSTILE, next: HOSTILE })) },
      'KAE_X',
    ],
    ['410', { records: refused(410) }, 'KAE_KUBE_API_ERROR'],
    ['500', { records: refused(500) }, 'KAE_KUBE_API_ERROR'],
    ['429 at once, again and again', { records: refused(429, { 'Retry-After': '0' }) }, 'KAE_KUBE_API_ERROR'],
    ['a redirect', { records: refused(302, { Location: '/elsewhere' }) }, 'KAE_KUBE_NOT_AN_API_SERVER'],
    ['a session of other words', { session: (response) => sendJson(response, HOSTILE) }, 'KAE_KUBE_NOT_AN_API_SERVER'],
    ['a refusal in hostile words', { session: refused(403), sessions: refused(403) }, 'KAE_READING_FORBIDDEN'],
    ['hostile discovery', { discovery: refused(403) }, 'KAE_KUBE_FORBIDDEN'],
  ])('%s', async (_what, lies, code) => {
    await using on = await OnLiar.start(REPLAY, lies)
    expect(await on.left(1)).toMatch(new RegExp(`error: .*\\(${code}\\)\\s+next: `, 's'))
    expect(on.liar.asked.some((asked) => asked.includes('elsewhere'))).toBe(false)
  })
})

describe('a replay', () => {
  test('of hostile names and commands shows them as text', async () => {
    const commands = [
      { type: 'command', line: HOSTILE, source: HOSTILE, doubts: [HOSTILE], elapsed: 0, seq: 1 },
      { type: 'program', name: HOSTILE, elapsed: 0, seq: 2 },
    ]
    await using on = await OnLiar.start(REPLAY, {
      session: (response) => sendJson(response, HOSTILE_SESSION),
      commands: (response) => sendJson(response, { items: commands }),
    })
    await on.viewer.untilText('a b')
    await on.viewer.untilText('evil.example')
    await on.leave('q')
  })

  test('of commands that cannot be had plays, and says why', async () => {
    await using on = await OnLiar.start(REPLAY, { commands: refused(500) })
    await on.viewer.untilText('no command list')
    await on.leave('q')
  })

  test('of numbers beyond all that is real can be walked through', async () => {
    const numbers = { ...status, records: 'BIG', durationMs: 'BIG', exitCode: 'BIG', inputBytes: 'BIG' }
    const body = JSON.stringify({ ...SESSION, status: numbers }).replaceAll('"BIG"', '1e300')
    const last = 2 ** 53 - 1
    const records = recordsOf(draftOf('output', Buffer.from('late'), last), draftOf('end', endOf(), last))
    await using on = await OnLiar.start(REPLAY, {
      session: (response) => void response.writeHead(200, anyJson).end(body),
      records: (response) => sendRecords(response, records),
    })
    await on.viewer.untilText('?: keys')
    for (const key of ['0', '5', '9', '.', 'G']) on.viewer.type(key)
    await on.viewer.untilText('late')
    await on.leave('q')
  })

  test('of numbers that are none is refused', async () => {
    const body = JSON.stringify({ ...SESSION, status: { ...status, durationMs: 'BIG' } }).replace('"BIG"', '1e400')
    await using on = await OnLiar.start(REPLAY, {
      session: (response) => void response.writeHead(200, anyJson).end(body),
    })
    await on.viewer.untilText('KAE_READING_ANSWER_INVALID')
    await on.left(1)
  })

  test.each<[string, (seq: number) => Draft, number]>([
    ['output', (seq) => draftOf('output', Buffer.alloc(60_000, 'abc \x1b[1m\r\n'), seq * 1000), 2000],
    ['tiny records', (seq) => draftOf('output', Buffer.of(0x61), seq), 50_000],
    [
      'the largest sizes',
      (seq) => draftOf('resize', encodeTerminalSize({ columns: 65_535 - (seq % 7), rows: 65_535 - (seq % 5) }), seq),
      20_000,
    ],
  ])('of a flood of %s is left by a key, and fills no memory', async (_what, next, many) => {
    let count = 0
    const piece = endless((seq) => {
      count = seq
      return next(seq)
    })
    await using on = await OnLiar.start(REPLAY, { records: (response) => flood(open(response), piece) })
    await expect.poll(() => count, { timeout: 40_000 }).toBeGreaterThan(many)
    await on.viewer.untilText('?: keys')
    await on.leave('q')
  })

  test('that is not answered is left by Ctrl-C', async () => {
    await using on = await OnLiar.start(REPLAY, { session: () => undefined })
    await expect.poll(() => on.liar.asked.length).toBe(2)
    await on.leave('\x03', 130)
  })
})

describe('a watcher', () => {
  test.each<[string, Lie]>([
    ['a session whose end never comes', (response) => void open(response).write(BEGUN)],
    [
      'a record that never becomes whole',
      (response) => {
        open(response).write(BEGUN)
        drip(response, FRAMES[3]!)
      },
    ],
    [
      'a flood of signs of life',
      (response) => {
        open(response).write(BEGUN)
        const signs = Buffer.concat(Array.from({ length: 10_000 }, encodeContentIdle))
        flood(response, () => signs)
      },
    ],
    ['a recorder whose clock goes back', (response) => void open(response).write(backwards().subarray(0, -5))],
  ])('of %s leaves with a key', async (_what, records) => {
    await using on = await OnLiar.start(WATCH, { session: live, records })
    await on.viewer.untilText('● LIVE')
    expect(await on.leave('q')).toContain('runs on')
  })

  test('of a connection that breaks in the middle of a record sees what follows it', async () => {
    const records: Lie = (response, url) => {
      const from = url.searchParams.get('fromSeq')
      if (from !== null)
        return void open(response).end(Buffer.concat([...FRAMES.slice(Number(from)), encodeContentEnd()]))
      open(response).write(BEGUN)
      response.write(FRAMES[3]!.subarray(0, 20), () => response.destroy())
    }
    await using on = await OnLiar.start(WATCH, { session: live, records })
    await on.viewer.untilText('■ exited with 0')
    await on.leave('q')
  })

  test('of hostile words of farewell reads them as text', async () => {
    await using on = await OnLiar.start(WATCH, { session: (response) => sendJson(response, HOSTILE_SESSION) })
    await on.viewer.untilText('a b')
    expect(await on.leave('q')).toMatch(/ended: .*\\e\]8;;/)
  })
})

const backwards = (): Buffer =>
  recordsOf(draftOf('output', Buffer.from('later'), 9e15), draftOf('output', Buffer.from('earlier'), 3))
