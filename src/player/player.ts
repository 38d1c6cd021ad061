/** A recording on the viewer's terminal: keys in, frames out. */
import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import type { ReadRecord } from '../protocol/read-record.ts'
import type { RecordsRequest, SessionLibrary } from '../protocol/session-library.ts'
import type { SessionObject } from '../protocol/session-object.ts'
import { deriveCommands } from '../recording/commands/derive.ts'
import { loadScreens } from '../recording/screen.ts'
import { Contact } from './contact.ts'
import { Indexer } from './indexer.ts'
import { KeyFrames } from './key-frames.ts'
import { Loader } from './loader.ts'
import type { PlayEnd, PlayOptions } from './parts.ts'
import { Playback } from './playback.ts'
import { PlayerDesk } from './player-desk.ts'
import type { Reel } from './projector.ts'
import { Scout } from './scout.ts'
import { Tape } from './tape.ts'
import { Alarm } from './turn.ts'
import { TypedLog } from './typed-log.ts'

export type { PlayEnd, PlayOptions } from './parts.ts'

/**
 * Plays a session on the terminal of this process, which it gives back as it was. stdin and stdout must be terminals that
 * nobody else uses meanwhile.
 */
export async function play(library: SessionLibrary, session: SessionObject, options: PlayOptions): Promise<PlayEnd> {
  // Hints alone: without them what is read and forgotten makes the heap grow by 50 MB, and lies about as long as it may.
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=100')
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
  const reel = await reelOf(library, session, signal)
  const { tape } = reel
  const [keyFrames, loader] = [new KeyFrames(), new Loader(session.status.records)]
  const [more, typed, follow] = [new Alarm(), new TypedLog(), options.live === true]
  const indexer = new Indexer(reel)
  const scout = new Scout({
    reel,
    // Asked for at once where it takes a while to read all: then nobody waits for them.
    waypoints: session.status.outputBytes > LARGE_BYTES ? library.waypoints(id) : Promise.resolve([]),
    records: (fromSeq, left) => library.records(id, onPassing({ fromSeq, signal: AbortSignal.any([signal, left]) })),
    seen: () => desk.wake(),
  })
  const playback = new Playback({
    reel,
    keyFrames,
    indexed: () => indexer.position,
    isComplete: () => loader.isComplete,
    follows: follow,
    speed: options.speed ?? 1,
    idleLimit: options.idleLimit,
    scout,
  })
  const askCommands = async (): Promise<void> => {
    const until = follow && !loader.isComplete ? tape.end : Number.POSITIVE_INFINITY
    await bringCommands(library, id, { desk, until })
  }
  const contact = new Contact(library, id, () => desk.wake())
  const parts = { session, reel, keyFrames, loader, playback, typed, options, contact, askCommands }
  const desk: PlayerDesk = new PlayerDesk(parts)
  const take = (record: ReadRecord): void => {
    tape.append(record)
    if (options.input === true) typed.take(record)
  }
  const progress = (): void => {
    more.ring()
    desk.wake()
  }
  const records = follow ? contact.records(onPassing({ follow, signal })) : library.records(id, onPassing({ signal }))
  const loading = loader.load(records, { take, progress, isBusy: () => scout.isLooking })
  if (follow) void contact.keepAsking(signal, () => loader.isComplete)
  const indexing = indexer.run({
    keyFrames,
    more,
    isBusy: () => playback.isSeeking && !playback.isRough,
    isOver: () => signal.aborted,
    progress: () => desk.indexed(),
  })
  // Both may run all of it through an emulator again: the picture comes first.
  void settled(loading, MOST_PATIENCE_MS).then(askCommands)
  if (follow) loading.then(askCommands, () => {})
  if (options.input === true) {
    const reveal = () => revealInput(library.records(id, onPassing({ signal })), { desk, typed })
    void settled(loading, MOST_PATIENCE_MS).then(reveal)
  }
  return { controller, desk, loading: unlessAborted(loading, signal), indexing }
}

async function reelOf(library: SessionLibrary, session: SessionObject, signal: AbortSignal): Promise<Reel> {
  const reread = (fromSeq: number) => library.records(session.metadata.name, { fromSeq, signal })
  return { tape: new Tape(reread), open: await loadScreens(), addReturns: !session.spec.target.tty }
}

/** What is smaller is read before anybody has found the key. */
const LARGE_BYTES = 4 * 1024 * 1024

/** So long the command list waits for the recording. */
const MOST_PATIENCE_MS = 3000

/** When the work is done, or has failed, or the time is over. */
async function settled(work: Promise<void>, ms: number): Promise<void> {
  const patience = new AbortController()
  const { signal } = patience
  await Promise.race([work, sleep(ms, undefined, { signal, ref: false })]).catch(() => {})
  patience.abort()
}

/** A tape copies what it keeps: a library that knows of it reads into one place, and the memory of an hour of output is spared. */
const onPassing = <Request extends RecordsRequest>(request: Request): Request & { readonly passing: true } => ({
  ...request,
  passing: true,
})

/** What is nice to have, and may come late: a recording plays without it. */
async function bringCommands(
  library: SessionLibrary,
  id: SessionObject['metadata']['name'],
  { desk, until }: { readonly desk: PlayerDesk; readonly until: number },
): Promise<void> {
  try {
    desk.setCommands(await library.commands(id), until)
  } catch (error) {
    desk.say(`no command list: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Which input was typed without echo is known when all of it was looked at. */
async function revealInput(
  records: AsyncIterable<ReadRecord>,
  { desk, typed }: { readonly desk: PlayerDesk; readonly typed: TypedLog },
): Promise<void> {
  let last = -1
  const seen = async function* (): AsyncGenerator<ReadRecord> {
    for await (const record of records) {
      last = record.seq
      yield record
    }
  }
  try {
    const { hiddenSeqs } = await deriveCommands(seen())
    typed.hide(hiddenSeqs, last)
  } catch {
    // Then all of it stays hidden.
    desk.say('what was typed without echo is not known: all input stays hidden')
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
