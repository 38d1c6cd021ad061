/** What the viewer sees when: recordings of the viewer's own size, where our line takes a row of theirs. */
import { describe, expect, it } from 'vitest'
import { CommandMarks } from '../../src/player/command-marks.ts'
import { Contact } from '../../src/player/contact.ts'
import type { Frame } from '../../src/player/frame.ts'
import { KeyFrames } from '../../src/player/key-frames.ts'
import { Loader } from '../../src/player/loader.ts'
import type { OwnScreen } from '../../src/player/own-screen.ts'
import { Playback } from '../../src/player/playback.ts'
import { Stage } from '../../src/player/stage.ts'
import { Tape } from '../../src/player/tape.ts'
import { TypedLog } from '../../src/player/typed-log.ts'
import { loadScreens } from '../../src/recording/screen.ts'
import { MemoryLibrary } from './rig/memory-library.ts'
import { ending, recordsOf, SESSION, size } from './rig/recorded.ts'

const open = await loadScreens()
const SIZE = { columns: 80, rows: 24 }
/** ms, long after the line was shown to whoever came. */
const LATER = 60_000
const LINES = Array.from({ length: 24 }, (_, row) => `row ${row}`).join('\r\n')

async function staged({ live }: { readonly live: boolean }) {
  const moments = [size(0, 80, 24), [1, 'output', LINES], ...(live ? [] : [ending(100)])] as const
  const library = new MemoryLibrary(recordsOf(moments))
  const tape = new Tape(() => library.records(SESSION))
  const loader = new Loader(3)
  const reel = { tape, open, addReturns: false }
  const keyFrames = new KeyFrames()
  const playback = new Playback({
    ...{ reel, keyFrames, speed: 1, idleLimit: undefined, follows: live },
    indexed: () => 0,
    isComplete: () => loader.isComplete,
  })
  await loader.load(library.records(SESSION), { take: (record) => tape.append(record), progress: () => {} })
  if (live) loader.isComplete = false
  const options = { env: { NO_COLOR: '1' }, live, parseTime: () => undefined }
  const contact = new Contact(library, SESSION, () => {})
  const askCommands = async (): Promise<void> => {}
  const typed = new TypedLog()
  const stage = new Stage({
    ...{ session: library.session, reel, keyFrames, loader, playback, typed, options, contact, askCommands },
  })
  /** The rows at a time. */
  const rowsAt = async (now: number): Promise<readonly string[]> => {
    while ((await playback.step(now)) === 0);
    let frame: Frame | undefined
    const show = (shown: Frame): void => {
      frame = shown
    }
    const screen = { isReady: true, size: SIZE, show }
    stage.show(screen as unknown as OwnScreen, {
      commands: new CommandMarks([]),
      prompt: undefined,
      found: undefined,
      now,
    })
    return frame?.rows.map(({ glyphs }) => glyphs.join('').trimEnd()) ?? []
  }
  return { stage, playback, rowsAt }
}

describe('our line, where a recording needs every row', () => {
  it('gives the row back while a replay plays', async () => {
    const { playback, rowsAt } = await staged({ live: false })
    playback.play(0)
    expect((await rowsAt(LATER)).at(-1)).toBe('row 23')
  })

  it('is there while it is paused, and at the end', async () => {
    const { playback, rowsAt } = await staged({ live: false })
    playback.play(0)
    await rowsAt(LATER)
    playback.pause(LATER)
    expect((await rowsAt(LATER + 100)).at(-1)).toMatch(/‖ paused/)
    playback.seek(100e6, LATER + 200)
    playback.play(LATER + 200)
    expect((await rowsAt(LATER + 9000)).at(-1)).toMatch(/■ exited with 0/)
  })

  it('is always there over a session that runs: its prompt waits for somebody else', async () => {
    const { playback, rowsAt } = await staged({ live: true })
    playback.goLive()
    const rows = await rowsAt(LATER)
    expect(rows.at(-1)).toMatch(/● LIVE/)
    // What is cut off is at the top, where the cursor is not.
    expect(rows.at(-2)).toBe('row 23')
  })
})

describe('the list of keys', () => {
  it('has pages, the last of which closes it', async () => {
    const { stage, playback, rowsAt } = await staged({ live: false })
    playback.play(0)
    await rowsAt(LATER)
    const press = (): void => {
      stage.touched(LATER)
      stage.act({ type: 'keys' })
    }
    press()
    expect((await rowsAt(LATER + 100)).join('\n')).toContain('pause, go on')
    press()
    expect((await rowsAt(LATER + 200)).join('\n')).not.toContain('pause, go on')
  })
})
