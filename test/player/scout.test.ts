/** A moment up to which the recording is not read yet. */
import { expect, it } from 'vitest'
import { Playback } from '../../src/player/playback.ts'
import { Projector, type Reel } from '../../src/player/projector.ts'
import { Scout } from '../../src/player/scout.ts'
import { Tape } from '../../src/player/tape.ts'
import type { ReadRecord } from '../../src/protocol/read-record.ts'
import type { Waypoint } from '../../src/protocol/session-library.ts'
import { loadScreens } from '../../src/recording/screen.ts'
import { type Long, longRecording } from './rig/long-recording.ts'

const open = await loadScreens()
const LONG: Long = { bytes: 8_000_000, seconds: 600, piece: 2000 }
const ALL = [...longRecording(LONG)]
/** So many of them are read. */
const READ = 500
const WAYPOINTS: readonly Waypoint[] = ALL.filter(({ seq }) => seq % 600 === 599).map(({ seq, elapsed }) => ({
  seq,
  elapsed,
}))

interface Given {
  readonly waypoints?: () => Promise<readonly Waypoint[]>
  readonly records?: (fromSeq: number) => AsyncIterable<ReadRecord>
}

async function* fromSeq(seq: number): AsyncGenerator<ReadRecord> {
  yield* ALL.slice(seq)
}

function begun({ waypoints = async () => WAYPOINTS, records = fromSeq }: Given = {}) {
  const reel: Reel = { tape: new Tape(fromSeq), open, addReturns: false }
  for (const record of ALL.slice(0, READ)) reel.tape.append(record)
  const asked: number[] = []
  const left: AbortSignal[] = []
  const seen = Promise.withResolvers<void>()
  const scout = new Scout({
    reel,
    waypoints: waypoints(),
    records: (from, signal) => {
      asked.push(from)
      left.push(signal)
      return records(from)
    },
    seen: seen.resolve,
  })
  let isComplete = false
  const options = { reel, keyFrames: { before: () => undefined } as never, indexed: () => 0, follows: false }
  const playback = new Playback({ ...options, isComplete: () => isComplete, speed: 1, idleLimit: undefined, scout })
  const readOn = (): void => {
    for (const record of ALL.slice(READ)) reel.tape.append(record)
    isComplete = true
  }
  return { playback, scout, reel, asked, left, seen: seen.promise, readOn }
}

/** All that happened until then, from the start. */
async function straight(elapsed: number): Promise<string[]> {
  const tape = new Tape(fromSeq)
  for (const record of ALL) if (record.elapsed <= elapsed) tape.append(record)
  const projector = new Projector({ tape, open, addReturns: false })
  while (!(await projector.advance(tape.length)));
  return projector.screen.lines()
}

it('is shown as it was, from a place shortly before it, and said to be rough', async () => {
  const { playback, asked, seen } = begun()
  playback.seek(500e6, 0)
  await playback.step(0)
  expect([playback.isSeeking, playback.isAhead, playback.isRough]).toEqual([true, true, false])
  await seen
  expect([playback.isSeeking, playback.isAhead, playback.isRough]).toEqual([false, true, true])
  expect(playback.screen.lines()).toEqual(await straight(500e6))
  expect(playback.isOver(0)).toBe(false)
  const last = WAYPOINTS.findLast(({ elapsed }) => elapsed <= 500e6)
  expect(asked).toEqual([(last?.seq ?? 0) - 600])
})

it('has the size that the terminal had last', async () => {
  const { playback, reel, seen } = begun()
  playback.seek(500e6, 0)
  await playback.step(0)
  await seen
  expect(playback.screen.size).toEqual(reel.tape.size)
  expect(playback.screen.size).not.toEqual({ columns: 80, rows: 24 })
})

it('is shown from the recording itself when that is read up to there', async () => {
  const { playback, seen, readOn } = begun()
  playback.seek(500e6, 0)
  await playback.step(0)
  await seen
  const picture = playback.screen
  readOn()
  while (playback.screen === picture) await playback.step(0)
  expect(playback.isAhead).toBe(false)
  expect(playback.screen).toBe(playback.projector.screen)
  expect(playback.screen.lines()).toEqual(await straight(500e6))
})

it('is given up for another one', async () => {
  const { playback, scout, left } = begun()
  playback.seek(500e6, 0)
  await playback.step(0)
  playback.seek(10e6, 0)
  expect(scout.isLooking).toBe(false)
  while (playback.isSeeking) await playback.step(0)
  expect(playback.screen.lines()).toEqual(await straight(10e6))
  expect(left.map(({ aborted }) => aborted)).toEqual([true])
})

it.each<[string, Given]>([
  ['the places cannot be asked for', { waypoints: () => Promise.reject(new Error('refused')) }],
  ['there are none', { waypoints: async () => [] }],
  ['the first one is behind it', { waypoints: async () => [{ seq: 3999, elapsed: 599e6 }] }],
  [
    'reading there fails',
    {
      records: async function* () {
        yield* ALL.slice(0, 0)
        throw new Error('cut')
      },
    },
  ],
])('has to wait for the recording where %s', async (_, given) => {
  const { playback, scout, readOn } = begun(given)
  playback.seek(500e6, 0)
  await playback.step(0)
  while (scout.isLooking) await new Promise(setImmediate)
  expect([playback.isSeeking, playback.isRough]).toEqual([true, false])
  readOn()
  while (playback.isSeeking) await playback.step(0)
  expect(playback.screen.lines()).toEqual(await straight(500e6))
})
