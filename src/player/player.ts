/** A recording on the viewer's terminal: keys in, frames out. */
import { constants } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import type { ReadRecord } from '../protocol/read-record.ts'
import type { SessionLibrary } from '../protocol/session-library.ts'
import type { SessionObject } from '../protocol/session-object.ts'
import { deriveCommands } from '../recording/commands/derive.ts'
import { loadEmulator } from './emulator.ts'
import { Indexer } from './indexer.ts'
import { KeyFrames } from './key-frames.ts'
import { Loader } from './loader.ts'
import type { PlayEnd, PlayOptions } from './parts.ts'
import { Playback } from './playback.ts'
import { PlayerDesk } from './player-desk.ts'
import { Tape } from './tape.ts'
import { Alarm } from './turn.ts'
import { TypedLog } from './typed-log.ts'

export type { PlayEnd, PlayOptions } from './parts.ts'

/**
 * Plays a session on the terminal of this process, which it gives back as it was. stdin and stdout must be terminals that
 * nobody else uses meanwhile.
 */
export async function play(library: SessionLibrary, session: SessionObject, options: PlayOptions): Promise<PlayEnd> {
  // Undocumented, and a hint alone: with it, records that are read and forgotten do not make the heap grow by 50 MB.
  setFlagsFromString('--semi-space-growth-factor=1')
  const production = await produce(library, session, options)
  const { controller, loading, indexing, desk } = production
  try {
    const ended = desk.run()
    // What breaks the reading breaks the player, but not before the terminal is given back.
    return await Promise.race([ended, failureOf(loading), failureOf(indexing)])
  } finally {
    desk.close()
    controller.abort()
  }
}

/** As shells have it: 128 and the signal's number. */
export function statusOf(end: PlayEnd): number {
  return end.type === 'quit' ? 0 : 128 + constants.signals[end.signal]
}

const failureOf = async (work: Promise<void>): Promise<never> => {
  await work
  return new Promise(() => {})
}

async function produce(library: SessionLibrary, session: SessionObject, options: PlayOptions) {
  const id = session.metadata.name
  const controller = new AbortController()
  const { signal } = controller
  const reread = (firstSeq: number, lastSeq: number) =>
    between(library.records(id, { fromSeq: firstSeq, signal }), lastSeq)
  const tape = new Tape(reread)
  const reel = { tape, open: await loadEmulator(), addReturns: !session.spec.target.tty }
  const [keyFrames, loader, more, typed] = [
    new KeyFrames(),
    new Loader(session.status.records),
    new Alarm(),
    new TypedLog(),
  ]
  const indexer = new Indexer(reel)
  const playback = new Playback({
    reel,
    keyFrames,
    indexed: () => indexer.position,
    isComplete: () => loader.isComplete,
    follows: options.live === true,
    speed: options.speed ?? 1,
    idleLimit: options.idleLimit,
  })
  const desk = new PlayerDesk({ session, reel, keyFrames, loader, playback, typed, options })
  const take = (record: ReadRecord): void => {
    tape.append(record)
    if (options.input === true) typed.take(record)
  }
  const progress = (): void => {
    more.ring()
    desk.wake()
  }
  const follow = options.live === true
  const loading = loader.load(library.records(id, { follow, signal }), { take, progress })
  const indexing = indexer.run({
    keyFrames,
    more,
    isBusy: () => playback.isSeeking && !playback.isRough,
    isOver: () => signal.aborted,
    progress: () => desk.indexed(),
  })
  informDesk(library, id, { desk, typed, options })
  return { controller, desk, loading: unlessAborted(loading, signal), indexing }
}

/** What is nice to have and may come late: a recording plays without it. */
function informDesk(
  library: SessionLibrary,
  id: SessionObject['metadata']['name'],
  { desk, typed, options }: { readonly desk: PlayerDesk; readonly typed: TypedLog; readonly options: PlayOptions },
): void {
  library.commands(id).then(
    (commands) => desk.setCommands(commands),
    (error: unknown) => desk.say(`no command list: ${error instanceof Error ? error.message : String(error)}`),
  )
  if (options.input !== true) return
  deriveCommands(library.records(id)).then(
    ({ hiddenSeqs }) => typed.hide(hiddenSeqs),
    // Then all of it stays hidden.
    () => desk.say('what was typed without echo is not known: all input stays hidden'),
  )
}

async function* between(records: AsyncIterable<ReadRecord>, lastSeq: number): AsyncGenerator<ReadRecord> {
  for await (const record of records) {
    if (record.seq > lastSeq) return
    yield record
  }
}

/** Whoever leaves ends the reading, which then fails. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
