/** What the two kinds of worker do. Each loads its own part alone. */
import type { SessionId } from '../../../src/protocol/session-id.ts'
import type { LogEnd } from '../../log/log-tail.ts'
import type { Progress } from '../upkeep/index-upkeep.ts'
import { giveWay } from './priority.ts'
import type { CallName, StreamName, WorkerSetup } from './worker-messages.ts'

export interface Room {
  call(name: CallName, args: readonly unknown[], progress: (value: Progress) => void): Promise<unknown>
  open(name: StreamName, args: readonly unknown[], signal: AbortSignal): AsyncIterable<unknown>
  grow(session: SessionId, end: LogEnd): void
  close(): Promise<void>
}

export const openRoom = (setup: WorkerSetup): Promise<Room> =>
  setup.room === 'content' ? contentRoom(setup) : libraryRoom(setup)

async function libraryRoom(setup: Extract<WorkerSetup, { room: 'library' }>): Promise<Room> {
  giveWay()
  const { place, folder, indexFile, patienceMs } = setup
  const [{ Index }, { FolderLibrary }] = await Promise.all([
    import('../upkeep/index-upkeep.ts'),
    import('../library.ts'),
  ])
  const index = await Index.open({ file: indexFile, folders: () => Promise.resolve([folder]), patienceMs })
  const library = new FolderLibrary(index, { place, own: [folder] })
  // What was written while nobody asked is in the index before somebody does.
  const upkeep = index.keepUp()
  return {
    call(name, args, progress) {
      const method = library[name] as (...args: unknown[]) => Promise<unknown>
      return method.apply(library, name === 'reindex' ? [progress] : [...args])
    },
    open(name, args, signal) {
      const [first, second] = args as [never, object | undefined]
      return name === 'search' ? library.search(first, signal) : library.watch(first, { ...second, signal })
    },
    grow: () => undefined,
    async close() {
      upkeep[Symbol.dispose]()
      await library[Symbol.asyncDispose]()
    },
  }
}

async function contentRoom({ folder }: Extract<WorkerSetup, { room: 'content' }>): Promise<Room> {
  const { ContentRoom } = await import('../../content/content-room.ts')
  const room = new ContentRoom(folder)
  // Readers wait for it, as nobody waits for the index.
  giveWay(5)
  return {
    call: (name) => Promise.reject(new Error(`${name} is not asked here`)),
    open: (_, [request], signal) => room.open(request as never, signal),
    grow: (session, end) => room.grow(session, end),
    close: () => Promise.resolve(),
  }
}
