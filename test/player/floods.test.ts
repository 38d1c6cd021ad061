/** Recordings that ask for more than they are: the player's time grows with their bytes, and others run in between. */
import { describe, expect, it } from 'vitest'
import { Indexer } from '../../src/player/indexer.ts'
import { KeyFrames } from '../../src/player/key-frames.ts'
import { Playback } from '../../src/player/playback.ts'
import { Tape } from '../../src/player/tape.ts'
import { Alarm, nextTurn } from '../../src/player/turn.ts'
import { loadScreens } from '../../src/recording/screen.ts'
import { type Moment, recordsOf, size } from './rig/recorded.ts'

const open = await loadScreens()
const MOST_PAYLOAD = 60_000
const AT = 0.1

/** Cut as a recorder cuts: anywhere. */
function* output(unit: string, bytes: number): Generator<Moment> {
  const all = Buffer.from(unit.repeat(Math.ceil(bytes / unit.length)))
  for (let at = 0; at < all.length; at += MOST_PAYLOAD) yield [AT, 'output', all.subarray(at, at + MOST_PAYLOAD)]
}

function* resizes(count: number): Generator<Moment> {
  for (let index = 0; index < count; index += 1) yield size(AT, 2 + ((index * 37) % 510), 1 + ((index * 91) % 255))
}

function* tiny(count: number): Generator<Moment> {
  for (let index = 0; index < count; index += 1) yield [AT, 'output', index % 50 === 49 ? '\r\n' : 'x']
}

/** All in one instant. A part is about as much work as a machine does in some tenths of a second. */
const FLOODS: Readonly<Record<string, (parts: number) => Iterable<Moment>>> = {
  'sequences that clear': (parts) => output('\x1b[2J', parts * 300_000),
  'alternate screens': (parts) => output('\x1b[?1049h\x1b[?1049l', parts * 300_000),
  'counts without end': (parts) => output('\x1b[2147483647S\x1b[2147483647b', parts * 300_000),
  'titles and sequences of a megabyte each': (parts) =>
    output(`\x1b]0;${'x'.repeat(1_000_000)}\x07\x1b[${'1;'.repeat(500_000)}m`, parts * 4_000_000),
  'a storm of sizes': (parts) => resizes(parts * 150),
  'tiny records': (parts) => tiny(parts * 100_000),
}

/** Plays all of it, while it is indexed, as fast as both can. Gives the CPU time in ms. */
async function work(moments: Iterable<Moment>): Promise<number> {
  const tape = new Tape(() => {
    throw new Error('nothing is let go')
  })
  for (const record of recordsOf([size(0, 200, 100), ...moments])) tape.append(record)
  const reel = { tape, open, addReturns: false }
  const [keyFrames, indexer] = [new KeyFrames(), new Indexer(reel)]
  const options = { reel, keyFrames, indexed: () => indexer.position, isComplete: () => true, follows: false }
  const playback = new Playback({ ...options, speed: 1, idleLimit: undefined })
  const began = process.cpuUsage()
  const isOver = () => indexer.position >= tape.length
  const indexing = indexer.run({ keyFrames, more: new Alarm(), isBusy: () => false, progress: () => {}, isOver })
  playback.play(0)
  while (playback.projector.position < tape.length) {
    await playback.step(1000)
    await nextTurn()
  }
  await indexing
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1000
}

async function fastest(parts: number, flood: (parts: number) => Iterable<Moment>): Promise<number> {
  const works: number[] = []
  for (let turn = 0; turn < 3; turn += 1) works.push(await work(flood(parts)))
  return Math.min(...works)
}

describe('a flood in one instant', () => {
  it.each(Object.entries(FLOODS))('of %s takes time by its length', { timeout: 120_000 }, async (_, flood) => {
    await work(flood(1))
    const [few, many] = [await fastest(1, flood), await fastest(4, flood)]
    // Four times as much; were it by the square it would take 16 times as long.
    expect(many / few).toBeLessThan(8)
  })
})
