/** Reading beside recording: what goes wrong here is said to readers and in the server's own log, and stops no session. */
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SessionId } from '../src/protocol/session-id.ts'
import type { SessionLibrary } from '../src/protocol/session-library.ts'
import { deriveCommands } from '../src/recording/commands/derive.ts'
import { Access, type ReviewAccess } from './api/access.ts'
import { accessOfCluster } from './api/access-cluster.ts'
import { fault } from './api/faults.ts'
import type { ReadingParts } from './api/reading/question.ts'
import { bugDetail } from './bug-detail.ts'
import type { Collector } from './collector.ts'
import { ContentSource } from './content/content-source.ts'
import { inThread } from './content/in-thread.ts'
import type { LogLibrary } from './library/library.ts'
import { startLibrary } from './library/worker/worker-library.ts'
import type { AppendLog, LogPlaces } from './log/append-log.ts'
import type { SettledOptions } from './serve-options.ts'

export interface StartedReading {
  readonly parts: ReadingParts
  close(): Promise<void>
}

interface Recorder {
  readonly collector: Collector
  readonly log: AppendLog & Partial<LogPlaces>
}

/** A library that may know which input was typed unseen. */
type Library = SessionLibrary & Partial<Pick<LogLibrary, 'hiddenSeqs' | 'startOf'>>

const INDEX_FILE = 'sessions.sqlite'

export async function startReading(options: SettledOptions, { collector, log }: Recorder): Promise<StartedReading> {
  const { writeLog, readsPerUser: perUser, reads: inAll, readerStallMs: stallMs, readAgainMs: againMs } = options
  const access = new Access(await reviewerOf(options), options.now ?? (() => performance.now()))
  const own = options.library === undefined ? await ownLibrary(options, log) : undefined
  const found: Library | undefined = options.library ?? own
  const library = async (): Promise<Library> => {
    if (found === undefined) throw fault('KAE_READ_UNAVAILABLE')
    return found
  }
  const contents = own === undefined ? undefined : contentsOf(options, log)
  return {
    parts: {
      library,
      content: contents?.give ?? inThread(library),
      access,
      // A hint: without it a reading begins where its session does.
      startOf: async (id, seq) => (await library()).startOf?.(id, seq).catch(() => undefined),
      hiddenSeqs: async (id) => hiddenSeqs(await library(), id),
      note: (event, appending) => collector.note(event, appending),
      terminate: {
        namespaceOf: (id) => collector.namespaceOf(id),
        end: (id, by, reason) => collector.terminate(id, { by, reason }),
      },
      limits: { perUser, inAll, stallMs, ...(againMs === undefined ? {} : { againMs }) },
      report: (error) => writeLog('error', 'a reader met a bug', { detail: bugDetail(error) }),
    },
    close: async () => {
      await Promise.all([own?.[Symbol.asyncDispose](), contents?.[Symbol.asyncDispose]()])
    },
  }
}

/** Of the log's folder. Its index is derived: where none can be made, readers are told, and recording goes on. */
async function ownLibrary(options: SettledOptions, log: AppendLog): Promise<LogLibrary | undefined> {
  if (!('folder' in options.log)) return undefined
  const { folder } = options.log
  const { indexDir = join(dirname(folder), 'index'), writeLog } = options
  const trouble = (error: unknown): void => writeLog('error', 'recordings cannot be read', { error: String(error) })
  try {
    await mkdir(indexDir, { recursive: true, mode: 0o700 })
    return startLibrary({
      place: 'the cluster',
      log,
      folder,
      indexFile: join(indexDir, INDEX_FILE),
      onTrouble: trouble,
    })
  } catch (error) {
    trouble(error)
    return undefined
  }
}

/** Reads the log's folder in a thread of its own. */
function contentsOf({ log: place, writeLog }: SettledOptions, log: Recorder['log']): ContentSource | undefined {
  if (!('folder' in place) || !hasPlaces(log)) return undefined
  const onTrouble = (error: unknown): void => writeLog('error', 'reading stopped', { error: String(error) })
  return new ContentSource({ log, folder: place.folder, onTrouble })
}

const hasPlaces = (log: Recorder['log']): log is AppendLog & LogPlaces =>
  log.place !== undefined && log.onGrowth !== undefined

async function hiddenSeqs(library: Library, id: SessionId): Promise<readonly number[]> {
  return library.hiddenSeqs?.(id) ?? (await deriveCommands(library.records(id))).hiddenSeqs
}

/** Undefined where there is no API server to ask: then everybody reads their own sessions alone. */
async function reviewerOf(options: SettledOptions): Promise<ReviewAccess | undefined> {
  const { reviewAccess, requestHeader, kubeconfig } = options
  if (reviewAccess !== undefined) return reviewAccess
  if (!('caFile' in requestHeader)) return accessOfCluster(requestHeader.kubeconfig)
  return kubeconfig === undefined ? undefined : accessOfCluster(kubeconfig)
}
