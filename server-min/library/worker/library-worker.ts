/** The threads in which a server reads, so that neither SQLite nor a long derivation nor a reader keeps an ack waiting. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Portion } from '../../content/request.ts'
import type { Progress } from '../upkeep/index-upkeep.ts'
import { type FromWorker, failureOf, type ToWorker, type WorkerSetup } from './worker-messages.ts'
import { openRoom, type Room } from './worker-rooms.ts'

/** What is there at once goes together; what has to be waited for longer than this does not hold it back. */
const GATHER_MS = 5
const TOGETHER = 64
/** A portion of a recording counts as so many: half a megabyte goes together. */
const PORTION_WEIGHT = 16

interface OpenStream {
  readonly items: AsyncIterator<unknown>
  readonly leaving: AbortController
  pending: Promise<IteratorResult<unknown>> | undefined
}

const opening = openRoom(workerData as WorkerSetup)
const streams = new Map<number, OpenStream>()

const say = (message: FromWorker): void => parentPort?.postMessage(message, buffersOf(message))

/** Large pieces change hands instead of being copied. */
function buffersOf(message: FromWorker): ArrayBuffer[] {
  if (message.type !== 'items') return []
  return message.items.flatMap((item) => (isPortion(item) ? [item.bytes.buffer] : []))
}

const isPortion = (item: unknown): item is Portion => typeof item === 'object' && item !== null && 'bytes' in item

/** A sign of life needs no room: opening one may take its time. */
function hear(message: ToWorker): void {
  if (message.type === 'ping') return say({ type: 'pong' })
  // In their order. Where it does not open, its error ends this thread.
  void opening.then((room) => take(message, room))
}

function take(message: Exclude<ToWorker, { type: 'ping' }>, room: Room): void {
  switch (message.type) {
    case 'call':
      return answer(message, room)
    case 'open':
      streams.set(message.id, openStream(message, room))
      return
    case 'next':
      return void gather(message.id)
    case 'stop':
      return stop(message.id)
    case 'grown':
      return room.grow(message.session, message.end)
    case 'close':
      return void close(room)
  }
}

function answer({ id, name, args }: Extract<ToWorker, { type: 'call' }>, room: Room): void {
  const progress = (value: Progress): void => say({ type: 'progress', id, value })
  room.call(name, args, progress).then(
    (value) => say({ type: 'answer', id, value }),
    (error: unknown) => say({ type: 'failed', id, failure: failureOf(error) }),
  )
}

function openStream({ name, args }: Extract<ToWorker, { type: 'open' }>, room: Room): OpenStream {
  const leaving = new AbortController()
  const items = room.open(name, args, leaving.signal)
  return { items: items[Symbol.asyncIterator](), leaving, pending: undefined }
}

async function gather(id: number): Promise<void> {
  const stream = streams.get(id)
  if (stream === undefined) return
  const items: unknown[] = []
  let weight = 0
  try {
    let step = await (stream.pending ?? stream.items.next())
    while (step.done !== true) {
      items.push(step.value)
      weight += isPortion(step.value) ? PORTION_WEIGHT : 1
      stream.pending = stream.items.next()
      const soon = weight < TOGETHER ? await within(stream.pending) : undefined
      if (soon === undefined) return say({ type: 'items', id, items, done: false })
      step = soon
    }
    streams.delete(id)
    say({ type: 'items', id, items, done: true })
  } catch (error) {
    // What came before the failure is not lost: it is said first.
    if (items.length > 0) say({ type: 'items', id, items, done: false })
    streams.delete(id)
    say({ type: 'failed', id, failure: failureOf(error) })
  }
}

async function within<T>(promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, GATHER_MS, undefined)
  })
  // Left behind, it may fail before anybody asks for it again.
  promise.catch(() => undefined)
  return Promise.race([promise, over]).finally(() => clearTimeout(timer))
}

function stop(id: number): void {
  const stream = streams.get(id)
  streams.delete(id)
  stream?.leaving.abort()
  void stream?.items.return?.()
}

async function close(room: Room): Promise<void> {
  for (const id of streams.keys()) stop(id)
  await room.close()
  parentPort?.close()
}

parentPort?.on('message', hear)
await opening
