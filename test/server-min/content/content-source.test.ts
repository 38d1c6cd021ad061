import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { StreamFormat } from '../../../server-min/api/reading/document.ts'
import { ContentSource } from '../../../server-min/content/content-source.ts'
import { inThread } from '../../../server-min/content/in-thread.ts'
import type { ContentRequest } from '../../../server-min/content/request.ts'
import { openLogLibrary } from '../../../server-min/library/open-library.ts'
import { specOfOpening } from '../../../server-min/library/store/session-row.ts'
import type { AppendLog, LogPlaces } from '../../../server-min/log/append-log.ts'
import { openFileLog } from '../../../server-min/log/file-log.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import type { SessionLibrary } from '../../../src/protocol/session-library.ts'
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import { endOf, openingOf } from '../library/rig.ts'
import { draft, freshSession } from '../log/drafts.ts'

const FORMATS: readonly StreamFormat[] = ['text', 'json', 'records', 'asciicast-v2', 'asciicast-v3']

let folder: string
let log: AppendLog & LogPlaces
let source: ContentSource
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kae-content-'))
  // Small segments, so that sessions stand in several.
  log = await openFileLog({ folder: join(folder, 'log'), now: Date.now, segmentBytes: 256 * 1024 })
  source = new ContentSource({ log, folder: join(folder, 'log'), onTrouble: () => undefined })
})
afterEach(async () => {
  await source[Symbol.asyncDispose]()
  await log.close()
  await rm(folder, { recursive: true })
})

const objectOf = (id: SessionId): SessionObject => ({
  apiVersion: 'kube-audit-exec.io/v1alpha1',
  kind: 'Session',
  metadata: { name: id, namespace: 'prod', uid: id, creationTimestamp: '2026-01-02T03:04:05Z' },
  spec: specOfOpening(openingOf({ tty: true })),
  status: {
    phase: 'Live',
    startTime: '2026-01-02T03:04:05.000006Z',
    records: 1,
    inputBytes: 0,
    outputBytes: 0,
    errorOutputBytes: 0,
  },
})

const requestFor = (id: SessionId, asked: Partial<ContentRequest> = {}): ContentRequest => ({
  session: objectOf(id),
  format: 'text',
  commands: [],
  withholding: { type: 'nothing' },
  follow: false,
  fromSeq: 0,
  ...asked,
})

async function session(): Promise<SessionId> {
  const id = freshSession()
  await log.append(id, [draft('open', JSON.stringify(openingOf({ tty: true })))])
  return id
}

const write = (id: SessionId, text: string) => log.append(id, [draft('output', text)])
const end = (id: SessionId) => log.append(id, [draft('end', JSON.stringify(endOf()))])

/** Takes a document piece by piece; `until` waits for what it has so far. */
class Taking {
  readonly done: Promise<void>
  text = ''
  readonly #leaving = new AbortController()
  #woken = Promise.withResolvers<void>()

  constructor(request: ContentRequest, between: () => Promise<void> = () => Promise.resolve()) {
    this.done = this.#take(request, between)
  }

  async until(holds: (text: string) => boolean): Promise<void> {
    while (!holds(this.text)) await this.#woken.promise
  }

  leave(): void {
    this.#leaving.abort()
  }

  async #take(request: ContentRequest, between: () => Promise<void>): Promise<void> {
    for await (const bytes of source.give(request, this.#leaving.signal)) {
      this.text += Buffer.from(bytes).toString('latin1')
      this.#woken.resolve()
      this.#woken = Promise.withResolvers()
      await between()
    }
  }
}

/** What the log's own reader gives, encoded in this thread. */
async function expected(request: ContentRequest): Promise<string> {
  const library = { records: (id: SessionId) => log.read(id) } as unknown as SessionLibrary
  const whole = inThread(() => Promise.resolve(library))
  let text = ''
  for await (const bytes of whole(request, new AbortController().signal)) text += Buffer.from(bytes).toString('latin1')
  return text
}

test.each(FORMATS)('a recording comes as %s, whole, from among others and over several segments', async (format) => {
  const [id, other] = [await session(), await session()]
  for (let turn = 0; turn < 30; turn += 1) {
    await Promise.all([write(id, `${turn} ${'ü'.repeat(8_000)}\r\n`), write(other, 'x'.repeat(9_000))])
  }
  await end(id)
  const taking = new Taking(requestFor(id, { format }))
  await taking.done
  expect(taking.text).toBe(await expected(requestFor(id, { format })))
})

test('a recording from a record on is read from the place that is given for it', async () => {
  const id = await session()
  for (let turn = 1; turn <= 120; turn += 1) await write(id, `${turn} ${'.'.repeat(20_000)}`)
  await end(id)
  await using library = await openLogLibrary({ place: 'here', folders: [join(folder, 'log')] })
  const from = (await library.startOf(id, 110))!
  const request = requestFor(id, { format: 'json', fromSeq: 110, from })
  const taking = new Taking(request)
  await taking.done
  expect(taking.text).toBe(await expected(requestFor(id, { format: 'json', fromSeq: 110 })))
  // What stands before that place is not even looked at.
  const all = new Taking({ ...request, fromSeq: 0 })
  await all.done
  expect(all.text).not.toContain('"seq":3,')
})

test('a recording is not begun behind what is durable, whatever the index knows', async () => {
  const id = await session()
  await write(id, 'all of it')
  await end(id)
  const from = {
    segment: 'segment-99999999999999999999.log',
    point: { offset: 4096, batch: 9, record: 9, time: 9, chain: 9 },
  }
  const taking = new Taking(requestFor(id, { format: 'json', fromSeq: 1, from }))
  await taking.done
  expect(taking.text).toBe(await expected(requestFor(id, { format: 'json', fromSeq: 1 })))
})

test('what somebody may not see is withheld before it leaves the other thread', async () => {
  const id = await session()
  await log.append(id, [draft('input', 'hunter2\r')])
  await end(id)
  const taking = new Taking(requestFor(id, { withholding: { type: 'input' } }))
  await taking.done
  expect(taking.text).toContain('withheld, 8 bytes')
  expect(taking.text).not.toContain('hunter2')
})

test.each(FORMATS)('followers of %s who come at any time get every record once', async (format) => {
  const id = await session()
  const followers: Taking[] = []
  for (let turn = 0; turn < 60; turn += 1) {
    if (turn % 5 === 0) followers.push(new Taking(requestFor(id, { format, follow: true })))
    await write(id, `line ${turn}\r\n`)
  }
  await write(id, 'the last\r\n')
  await end(id)
  await Promise.all(followers.map(({ done }) => done))
  const whole = await expected(requestFor(id, { format }))
  for (const { text } of followers) expect(text).toBe(whole)
})

test('a follower begins where it wants to', async () => {
  const id = await session()
  for (const text of ['a', 'b', 'c']) await write(id, text)
  const follower = new Taking(requestFor(id, { follow: true, fromSeq: 2 }))
  await follower.until((text) => text.includes('"c"'))
  await end(id)
  await follower.done
  expect(follower.text).toBe(await expected(requestFor(id, { fromSeq: 2 })))
})

test('a follower who takes nothing keeps nobody waiting, and still gets everything once', async () => {
  const id = await session()
  const stuck = Promise.withResolvers<void>()
  const [slow, fast] = [
    new Taking(requestFor(id, { follow: true }), () => stuck.promise),
    new Taking(requestFor(id, { follow: true })),
  ]
  await slow.until((text) => text !== '')
  for (let turn = 0; turn < 80; turn += 1) await write(id, `${turn} ${'x'.repeat(40_000)}`)
  await fast.until((text) => text.includes('"79 '))
  stuck.resolve()
  await slow.until((text) => text.includes('"79 '))
  await end(id)
  await Promise.all([slow.done, fast.done])
  const whole = await expected(requestFor(id))
  expect(slow.text === whole).toBe(true)
  expect(fast.text === whole).toBe(true)
})

test('whoever records has a turn after four followers at most', async () => {
  const id = await session()
  let [turn, counting] = [0, true]
  const count = (): void => {
    turn += 1
    if (counting) setImmediate(count)
  }
  const servedIn: number[] = []
  const note = async (): Promise<void> => {
    servedIn.push(turn)
  }
  const followers = Array.from({ length: 40 }, () => new Taking(requestFor(id, { follow: true }), note))
  await write(id, 'all are there')
  await Promise.all(followers.map((one) => one.until((text) => text.includes('all are there'))))
  count()
  servedIn.length = 0
  await write(id, 'x')
  await Promise.all(followers.map((one) => one.until((text) => text.includes('"x"'))))
  counting = false
  const together = new Map<number, number>()
  for (const at of servedIn) together.set(at, (together.get(at) ?? 0) + 1)
  expect(servedIn).toHaveLength(40)
  expect(Math.max(...together.values())).toBeLessThanOrEqual(4)
  await end(id)
  await Promise.all(followers.map(({ done }) => done))
})

test('what is recorded within 15 ms goes to those who follow as one piece', async () => {
  const id = await session()
  let pieces = 0
  const note = async (): Promise<void> => {
    pieces += 1
  }
  const follower = new Taking(requestFor(id, { follow: true }), note)
  for (const text of ['there', 'joined']) {
    await write(id, text)
    await follower.until((all) => all.includes(text))
  }
  const [began, before] = [performance.now(), pieces]
  for (let turn = 0; turn < 200; turn += 1) await write(id, `line ${turn}`)
  const took = performance.now() - began
  await follower.until((all) => all.includes('line 199'))
  expect(pieces - before).toBeLessThanOrEqual(took / 15 + 3)
  await end(id)
  await follower.done
})

test('whoever leaves ends their own document alone', async () => {
  const id = await session()
  const [leaver, stayer] = [new Taking(requestFor(id, { follow: true })), new Taking(requestFor(id, { follow: true }))]
  await Promise.all([leaver, stayer].map((one) => one.until((text) => text !== '')))
  leaver.leave()
  await leaver.done
  await write(id, 'afterwards')
  await stayer.until((text) => text.includes('afterwards'))
  await end(id)
  await stayer.done
  expect(leaver.text).not.toContain('afterwards')
})

test('a session that nobody recorded is not found', async () => {
  await expect(new Taking(requestFor(freshSession())).done).rejects.toMatchObject({ code: 'KAE_SESSION_NOT_FOUND' })
})

test('readers of a thread that hangs are told, whether they follow or not, and the next ones are served', async () => {
  const id = await session()
  const troubles: unknown[] = []
  await using hanging = new ContentSource({
    log,
    folder: join(folder, 'log'),
    program: new URL('../library/worker/hanging-worker.ts', import.meta.url),
    silenceMs: 2_000,
    onTrouble: (error) => troubles.push(error),
  })
  const read = async (follow: boolean): Promise<string> => {
    const pieces: Uint8Array[] = []
    for await (const piece of hanging.give(requestFor(id, { follow }), new AbortController().signal)) pieces.push(piece)
    return Buffer.concat(pieces).toString()
  }
  const both = await Promise.allSettled([read(false), read(true)])
  const hung = { code: 'KAE_LIBRARY_HUNG', http: 503 }
  for (const one of both) expect(one).toMatchObject({ status: 'rejected', reason: hung })
  expect(troubles).toEqual([expect.objectContaining(hung)])
  await log.append(id, [draft('end', JSON.stringify(endOf()))])
  expect(await read(false)).not.toBe('')
})
