import { describe, expect, it } from 'vitest'
import { encodeBatch } from '../../../server-min/log/batch.ts'
import { entryFrameBytes } from '../../../server-min/log/frame.ts'
import { LiveSessions } from '../../../server-min/log/live-sessions.ts'
import { type CommittedBatch, firstPoint, type ScanPoint, SegmentScanner } from '../../../server-min/log/scanner.ts'
import { decodeSegmentHeader, encodeSegmentHeader } from '../../../server-min/log/segment-header.ts'
import { SessionPlaces } from '../../../server-min/log/session-places.ts'
import { type Tail, TailExaminer } from '../../../server-min/log/tail.ts'
import type { Draft } from '../../../src/protocol/record.ts'
import { draft, freshSession } from './drafts.ts'

const SECTOR = 512
const HEADER = decodeSegmentHeader(
  encodeSegmentHeader({
    logId: Buffer.alloc(16, 7),
    number: 1,
    firstRecord: 1,
    firstBatch: 1,
    time: 0,
    previousMark: Buffer.alloc(32),
  }),
)!

interface Written {
  /** The whole segment with zeros behind it. */
  readonly bytes: Buffer
  /** Where the last batch begins and ends. */
  readonly start: number
  readonly end: number
}

function segmentOf(batches: readonly (readonly Draft[])[]): Written {
  const sessions = new LiveSessions(new Map(), new SessionPlaces())
  const session = freshSession()
  const bytes = Buffer.alloc(16 * 1024)
  let point: ScanPoint = firstPoint(HEADER)
  let start = 0
  for (const [index, drafts] of batches.entries()) {
    const { placed } = sessions.placeAppend({ session, drafts }, index + 1)
    const batch = encodeBatch(placed, { header: HEADER, point, time: index + 1 })
    bytes.set(batch.bytes, point.offset)
    start = point.offset
    point = batch.end
  }
  return { bytes, start, end: point.offset }
}

function judge(bytes: Buffer, chunkBytes = bytes.length): { batches: CommittedBatch[]; tail: Tail } {
  const scanner = new SegmentScanner(HEADER)
  const batches: CommittedBatch[] = []
  for (let at = scanner.point.offset; at < bytes.length && scanner.bad === undefined; at += chunkBytes)
    batches.push(...scanner.push(bytes.subarray(at, at + chunkBytes)))
  scanner.finish()
  const { bad, point } = scanner
  if (bad === undefined) return { batches, tail: { type: 'clean' } }
  const examiner = new TailExaminer({ header: HEADER, point, bad })
  for (let at = point.offset; at < bytes.length; at += chunkBytes) examiner.push(bytes.subarray(at, at + chunkBytes))
  return { batches, tail: examiner.verdict() }
}

/** The batch with some of its sectors never written, all the ways there are. */
function* tearsOf({ bytes, start, end }: Written): Generator<{ torn: Buffer; pattern: number }> {
  const first = Math.floor(start / SECTOR)
  const count = Math.ceil(end / SECTOR) - first
  for (let pattern = 1; pattern < 2 ** count; pattern++) {
    const torn = Buffer.from(bytes)
    for (let n = 0; n < count; n++)
      if ((pattern >> n) & 1) torn.fill(0, Math.max(start, (first + n) * SECTOR), (first + n + 1) * SECTOR)
    if (!torn.equals(bytes)) yield { torn, pattern }
  }
}

describe('The end of a segment', () => {
  it('is torn, not damaged, whichever sectors of its last batch are missing, wherever the batch begins', () => {
    for (let shift = 0; shift < SECTOR; shift++) {
      const last = [draft('input', 'a'.repeat(400)), draft('input', Buffer.alloc(700)), draft('input', 'b'.repeat(90))]
      const written = segmentOf([[draft('open', 'o'.repeat(shift))], last])
      for (const { torn, pattern } of tearsOf(written)) {
        const { batches, tail } = judge(torn)
        const nothingLeft = torn.subarray(written.start).every((byte) => byte === 0)
        const bytes = torn.findLastIndex((byte) => byte !== 0) + 1 - written.start
        const expected = nothingLeft ? { type: 'clean' } : { type: 'torn', offset: written.start, bytes }
        if (JSON.stringify(tail) !== JSON.stringify(expected))
          expect(tail, `shift ${shift} pattern ${pattern}`).toEqual(expected)
        expect(batches).toHaveLength(1)
      }
    }
  }, 60_000)

  it('is damaged where sectors are missing and a later batch is whole: the earlier one was acknowledged', () => {
    const batches = [[draft('open')], [draft('input', 'a'.repeat(1200))]]
    const written = segmentOf(batches)
    const more = segmentOf([...batches, [draft('input', 'b'.repeat(1500))]])
    for (const { torn } of tearsOf({ ...more, start: written.start, end: more.start - SECTOR }))
      expect(judge(torn).tail).toMatchObject({ type: 'corrupt' })
  })

  it('is damaged where a bit of its whole last batch flipped, wherever the batch begins', () => {
    for (let shift = 0; shift < SECTOR; shift += 3) {
      const written = segmentOf([[draft('open', 'o'.repeat(shift))], [draft('input', 'a'.repeat(700))]])
      // In the two last bytes of a sector a frame's length may be zeros by rights: there a flip may look torn.
      const ambiguous = SECTOR - (written.start % SECTOR) === 2
      for (let at = written.start; at < written.end; at += 7) {
        const flipped = Buffer.from(written.bytes)
        flipped[at] = flipped[at]! ^ (1 << (at & 7))
        expect(judge(flipped).tail.type, `shift ${shift} byte ${at}`).toMatch(ambiguous ? /corrupt|torn/ : /corrupt/)
      }
    }
  })

  it('is damaged where two frames of a batch changed places, although each by itself is good', () => {
    const { bytes, start } = segmentOf([
      [draft('open')],
      [draft('input', 'a'.repeat(90)), draft('input', 'b'.repeat(90))],
    ])
    const length = entryFrameBytes(Buffer.alloc(90))
    const swapped = Buffer.from(bytes)
    bytes.copy(swapped, start, start + length, start + 2 * length)
    bytes.copy(swapped, start + length, start, start + length)
    expect(judge(swapped).tail).toEqual({ type: 'corrupt', offset: start + 2 * length, reason: 'mark' })
  })

  it('reads the same however its bytes are cut into chunks', () => {
    const { bytes, end } = segmentOf([[draft('open')], [draft('input', 'x'.repeat(600)), draft('end')]])
    const damaged = Buffer.from(bytes.subarray(0, end + 600))
    damaged[end - 200] = 0xee
    for (const whole of [bytes.subarray(0, end + 600), bytes.subarray(0, end - 1), damaged])
      for (const chunkBytes of [1, 2, 3, 77, 78, 511, 512, 513]) expect(judge(whole, chunkBytes)).toEqual(judge(whole))
  })
})
