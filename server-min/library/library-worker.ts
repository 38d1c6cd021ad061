/** The thread in which a server's library works, so that neither SQLite nor a long derivation keeps an ack waiting. */
import { parentPort, workerData } from 'node:worker_threads'
import { Index, type Progress } from './index-upkeep.ts'
import { FolderLibrary } from './library.ts'
import { type FromWorker, failureOf, type StreamName, type ToWorker, type WorkerSetup } from './worker-messages.ts'

/** What is there at once goes together; what has to be waited for longer than this does not hold it back. */
const GATHER_MS = 5
const TOGETHER = 64

interface OpenStream {
  readonly items: AsyncIterator<unknown>
  readonly leaving: AbortController
  pending: Promise<IteratorResult<unknown>> | undefined
}

const { place, folder, indexFile, patienceMs } = workerData as WorkerSetup
const index = await Index.open({ file: indexFile, folders: () => Promise.resolve([folder]), patienceMs })
const library = new FolderLibrary(index, { place, own: [folder] })
const streams = new Map<number, OpenStream>()
// What was written while nobody asked is in the index before somebody does.
const upkeep = index.keepUp()

const say = (message: FromWorker): void => parentPort?.postMessage(message)

function take(message: ToWorker): void {
  switch (message.type) {
    case 'call':
      return answer(message)
    case 'open':
      streams.set(message.id, openStream(message.name, message.args))
      return
    case 'next':
      return void gather(message.id)
    case 'stop':
      return stop(message.id)
    case 'close':
      return void close()
  }
}

function answer({ id, name, args }: Extract<ToWorker, { type: 'call' }>): void {
  const progress = (value: Progress): void => say({ type: 'progress', id, value })
  const method = library[name] as (...args: unknown[]) => Promise<unknown>
  method.apply(library, name === 'reindex' ? [progress] : [...args]).then(
    (value) => say({ type: 'answer', id, value }),
    (error: unknown) => say({ type: 'failed', id, failure: failureOf(error) }),
  )
}

function openStream(name: StreamName, args: readonly unknown[]): OpenStream {
  const leaving = new AbortController()
  const { signal } = leaving
  const [first, second] = args as [never, object | undefined]
  const items = name === 'search' ? library.search(first, signal) : library.watch(first, { ...second, signal })
  return { items: items[Symbol.asyncIterator](), leaving, pending: undefined }
}

async function gather(id: number): Promise<void> {
  const stream = streams.get(id)
  if (stream === undefined) return
  const items: unknown[] = []
  try {
    let step = await (stream.pending ?? stream.items.next())
    while (step.done !== true) {
      items.push(step.value)
      stream.pending = stream.items.next()
      const soon = items.length < TOGETHER ? await within(stream.pending) : undefined
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

async function close(): Promise<void> {
  for (const id of streams.keys()) stop(id)
  upkeep[Symbol.dispose]()
  await library[Symbol.asyncDispose]()
  parentPort?.close()
}

parentPort?.on('message', take)
