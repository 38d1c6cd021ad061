import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeBatch } from '../../server-min/log/batch.ts'
import { readFrame } from '../../server-min/log/frame.ts'
import { parseJournalEvent } from '../../server-min/log/journal.ts'
import { firstPoint, SegmentScanner } from '../../server-min/log/scanner.ts'
import { decodeSegmentHeader, encodeSegmentHeader } from '../../server-min/log/segment-header.ts'
import { TailExaminer } from '../../server-min/log/tail.ts'
import { NO_LINK, placeRecord } from '../../src/protocol/chain.ts'
import {
  decodeClientFrame,
  decodeServerFrame,
  encodeChannel,
  encodeResize,
  encodeStatus,
  exitCodeOf,
} from '../../src/protocol/channel.ts'
import {
  decodeClientMessage,
  decodeCollectorMessage,
  encodeAck,
  encodeAppend,
  encodeFault,
  encodeHello,
  encodeOpened,
  encodeResumed,
} from '../../src/protocol/messages.ts'
import { type Draft, decodeEntry, encodeHeader, RECORD_KINDS, type RecordKind } from '../../src/protocol/record.ts'
import { makeSessionId, parseSessionId } from '../../src/protocol/session-id.ts'
import { openHello } from '../server-min/rig/client.ts'
import { bytes, damaged, jsonText } from './inputs.ts'
import { holds } from './runs.ts'

const ID = makeSessionId(1_700_000_000_000, Buffer.alloc(10, 7))
const safe = fc.nat(Number.MAX_SAFE_INTEGER)
const exactly = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array))
const drafts: fc.Arbitrary<Draft> = fc.record({
  kind: fc.constantFrom(...(Object.keys(RECORD_KINDS) as RecordKind[])),
  elapsed: safe,
  salt: exactly(16),
  payload: bytes(),
})
const appends = fc.tuple(safe, fc.array(drafts, { minLength: 1, maxLength: 5 }))

test('frames of exec channels: every message is decoded or unknown, whatever it holds', () => {
  const status = {
    status: 'Failure',
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: '3' }] },
  }
  const statuses = jsonText(status).map((text) => encodeChannel(3, Buffer.from(text)))
  const resizes = jsonText({ Width: 80, Height: 24 }).map((text) => encodeChannel(4, Buffer.from(text)))
  holds(fc.oneof(bytes(), statuses, resizes), (message) => {
    const server = decodeServerFrame(message)
    if (server.type === 'status') {
      const code = exitCodeOf(server.status)
      expect(code === undefined || (Number.isInteger(code) && code >= 0 && code <= 999)).toBe(true)
      encodeStatus(server.status)
    }
    const client = decodeClientFrame(message)
    if (client.type === 'resize') expect(decodeClientFrame(encodeResize(client.size))).toEqual(client)
  })
})

test('messages of clients: what is encoded comes back, what is damaged is malformed or a message', () => {
  holds(appends, ([seq, list]) => {
    expect(decodeClientMessage(encodeAppend(seq, list))).toEqual({ type: 'append', seq, drafts: list })
  })
  const good = fc.oneof(
    appends.map(([seq, list]) => encodeAppend(seq, list)),
    fc.constant(encodeHello(openHello())),
  )
  holds(fc.oneof(bytes(), damaged(good)), (message) => {
    const decoded = decodeClientMessage(message)
    if (decoded.type === 'append') expect(encodeAppend(decoded.seq, decoded.drafts).length).toBe(message.length)
  })
})

test('messages of collectors: what is damaged is malformed or a message', () => {
  const good = fc.oneof(
    fc.record({ seq: safe, time: safe, head: exactly(32) }).map(encodeAck),
    bytes().map((entry) => encodeOpened({ windowBytes: 1, windowRecords: 1 }, entry)),
    safe.map(encodeResumed),
    fc.string().map((text) => encodeFault(new Error(text))),
  )
  holds(good, (message) => expect(decodeCollectorMessage(message).type).not.toBe('malformed'))
  holds(fc.oneof(bytes(), damaged(good)), (message) => void decodeCollectorMessage(message))
})

test('records: an entry is what it was made of, or is refused', () => {
  const entries = drafts.map((draft) => {
    const { header } = placeRecord(draft, { session: ID, seq: 1, time: 2, link: NO_LINK })
    return Buffer.concat([header, draft.salt, draft.payload])
  })
  holds(fc.oneof(bytes(), entries, damaged(entries)), (entry) => {
    const decoded = decodeEntry(entry)
    if (!decoded.ok) return
    const { record } = decoded
    const again = Buffer.concat([encodeHeader(record, record), record.salt, record.payload])
    // A number that no recorder writes (2^53 and above) is all that may come back as another.
    const numbers = [record.seq, record.time, record.elapsed]
    if (numbers.every(Number.isSafeInteger)) expect(again.equals(entry)).toBe(true)
  })
})

test('session ids: only what we would write ourselves is one', () => {
  const good = fc.tuple(fc.nat(2 ** 31), exactly(10)).map(([millis, random]) => makeSessionId(millis, random))
  holds(good, (id) => expect(parseSessionId(id)).toBe(id))
  const near = damaged(good.map((id) => Buffer.from(id))).map((text) => text.toString('latin1'))
  holds(fc.oneof(fc.string(), near), (text) => {
    if (parseSessionId(text) !== undefined) expect(text).toMatch(/^[0-9a-f-]{36}$/)
  })
})

const HEADER = encodeSegmentHeader({
  logId: Buffer.alloc(16, 9),
  number: 1,
  firstRecord: 1,
  firstBatch: 1,
  time: 0,
  previousMark: Buffer.alloc(32),
})

/** A segment of some batches, as a log writes it. */
const segments = fc.array(fc.array(drafts, { minLength: 1, maxLength: 3 }), { maxLength: 4 }).map((batches) => {
  const header = decodeSegmentHeader(HEADER)!
  let point = firstPoint(header)
  const parts: Buffer[] = []
  for (const [index, batch] of batches.entries()) {
    const placed = batch.map((draft, seq) => ({
      draft,
      ...placeRecord(draft, { session: ID, seq, time: index, link: NO_LINK }),
    }))
    const encoded = encodeBatch(placed as never, { header, point, time: index })
    parts.push(encoded.bytes)
    point = encoded.end
  }
  return { body: Buffer.concat(parts), records: batches.flat() }
})

/** All that a scanner and the examiner behind it make of a segment, in pieces of any size. */
function scan(body: Buffer, size: number) {
  const header = decodeSegmentHeader(HEADER)!
  const scanner = new SegmentScanner(header)
  const entries: Buffer[] = []
  for (let at = 0; at < body.length; at += size)
    for (const batch of scanner.push(body.subarray(at, at + size)))
      entries.push(...batch.entries.map(({ entry }) => entry))
  scanner.finish()
  const { bad, point } = scanner
  if (bad === undefined) return { entries, tail: undefined }
  const examiner = new TailExaminer({ header, point, bad })
  const rest = body.subarray(point.offset - HEADER.length)
  for (let at = 0; at < rest.length; at += size) examiner.push(rest.subarray(at, at + size))
  return { entries, tail: examiner.verdict() }
}

test('segments: every record comes back, in pieces of any size', () => {
  holds(fc.tuple(segments, fc.integer({ min: 1, max: 700 })), ([{ body, records }, size]) => {
    const { entries, tail } = scan(body, size)
    expect(tail).toBeUndefined()
    const payloads = entries.map((entry) => {
      const decoded = decodeEntry(entry)
      return decoded.ok && Buffer.from(decoded.record.payload).toString('hex')
    })
    expect(payloads).toEqual(records.map(({ payload }) => Buffer.from(payload).toString('hex')))
  })
})

test('segments with damage: what is read is a beginning of what was written, and pieces make no difference', () => {
  const good = segments.map(({ body }) => body)
  const both = good.chain((body) =>
    fc.tuple(fc.constant(body), damaged(fc.constant(body)), fc.integer({ min: 1, max: 700 })),
  )
  holds(both, ([body, broken, size]) => {
    const written = scan(body, body.length + 1).entries
    const { entries, tail } = scan(broken, size)
    expect(scan(broken, broken.length + 1)).toEqual({ entries, tail })
    for (const [index, entry] of entries.entries()) expect(written[index]?.equals(entry)).toBe(true)
  })
})

test('headers of segments and frames of nobody: read, or refused', () => {
  holds(fc.oneof(bytes(), damaged(fc.constant(HEADER))), (header) => {
    const decoded = decodeSegmentHeader(header)
    if (decoded !== undefined) expect(decoded.crc).toBe(crc32(header.subarray(0, 124)))
  })
  holds(fc.tuple(bytes(), fc.nat(20)), ([frame, start]) => void readFrame(frame, start))
})

test('events of the journal: read, or nothing', () => {
  holds(
    fc.oneof(
      bytes().map((text) => text.toString('latin1')),
      jsonText({ version: 1, type: 'admitted' }),
    ),
    (text) => {
      const event = parseJournalEvent(Buffer.from(text))
      if (event !== undefined) expect(event.version).toBe(1)
    },
  )
})
