import { describe, expect, it } from 'vitest'
import { Indexer } from '../../src/player/indexer.ts'
import { KeyFrames } from '../../src/player/key-frames.ts'
import { Playback } from '../../src/player/playback.ts'
import { Projector } from '../../src/player/projector.ts'
import { ScreenSearch } from '../../src/player/search.ts'
import { Tape } from '../../src/player/tape.ts'
import { Alarm } from '../../src/player/turn.ts'
import { loadScreens } from '../../src/recording/screen.ts'
import { type Long, longRecording } from './rig/long-recording.ts'

const open = await loadScreens()
const LONG: Long = { bytes: 8_000_000, seconds: 600, piece: 2000 }

async function recorded(indexed: boolean) {
  const tape = new Tape(async function* (first) {
    yield* longRecording(LONG, first)
  })
  for (const record of longRecording(LONG)) tape.append(record)
  const reel = { tape, open, addReturns: false }
  const keyFrames = new KeyFrames()
  const indexer = new Indexer(reel)
  const index = async (): Promise<void> => {
    const indexing = { keyFrames, more: new Alarm(), isBusy: () => false, progress: () => {} }
    await indexer.run({ ...indexing, isOver: () => indexer.position >= tape.length })
  }
  if (indexed) await index()
  const options = { reel, keyFrames, indexed: () => indexer.position, isComplete: () => true, follows: false }
  const playback = new Playback({ ...options, speed: 1, idleLimit: undefined })
  return { reel, keyFrames, playback, index }
}

async function settle(playback: Playback): Promise<void> {
  do await playback.step(0)
  while (playback.isSeeking)
}

/** Without any key frame: all of it, from the start. */
async function straight(reel: Awaited<ReturnType<typeof recorded>>['reel'], position: number): Promise<string[]> {
  const projector = new Projector(reel)
  while (!(await projector.advance(position)) || projector.position < position);
  return projector.screen.lines()
}

describe('a seek', () => {
  it('shows what playing from the start would show, forwards and backwards', async () => {
    const { reel, keyFrames, playback } = await recorded(true)
    expect(keyFrames.count).toBeGreaterThan(5)
    for (const seconds of [599, 10, 300, 301, 0, 450, 120]) {
      playback.seek(seconds * 1e6, 0)
      await settle(playback)
      expect(playback.isRough).toBe(false)
      expect(playback.projector.screen.lines()).toEqual(await straight(reel, playback.projector.position))
    }
  })

  it('that comes before the key frames is rough, says so, and is exact when they are there', async () => {
    const { reel, playback, index } = await recorded(false)
    playback.seek(590e6, 0)
    await settle(playback)
    expect(playback.isRough).toBe(true)
    await index()
    await settle(playback)
    expect(playback.isRough).toBe(false)
    expect(playback.projector.screen.lines()).toEqual(await straight(reel, playback.projector.position))
  })
})

describe('a search', () => {
  it('finds a line in either direction, and nothing beyond the last', async () => {
    const { reel, keyFrames } = await recorded(true)
    const search = new ScreenSearch(reel, keyFrames)
    const order = { text: 'piece 3000', isOver: () => false, progress: () => {} }
    const forwards = await search.find({ ...order, from: 5, direction: 1 })
    // The size is before the first piece.
    expect(forwards?.position).toBe(3001)
    expect(await search.find({ ...order, from: 3999, direction: -1 })).toEqual(forwards)
    expect(await search.find({ ...order, from: 3001, direction: 1 })).toBeUndefined()
    expect(await search.find({ ...order, from: 3001, direction: -1 })).toBeUndefined()
  })
})

it('a command that is a wall of wrapped text does not hold a search up', async () => {
  const { reel, keyFrames } = await recorded(false)
  const { recordOf } = await import('./rig/recorded.ts')
  reel.tape.append(recordOf([600, 'output', 'z'.repeat(60_000)], 9_000))
  const order = { text: 'nowhere', isOver: () => false, progress: () => {}, from: reel.tape.length - 2 }
  expect(await new ScreenSearch(reel, keyFrames).find({ ...order, direction: 1 })).toBeUndefined()
})
