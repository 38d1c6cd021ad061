/** Reading beside recording: what goes wrong here is said to readers and in the server's own log, and stops no session. */
import type { SessionLibrary } from '../src/protocol/session-library.ts'
import { deriveCommands } from '../src/recording/commands/derive.ts'
import { Access, type ReviewAccess } from './api/access.ts'
import { accessOfCluster } from './api/access-cluster.ts'
import { fault } from './api/faults.ts'
import type { ReadingParts } from './api/reading/question.ts'
import { bugDetail } from './bug-detail.ts'
import type { Collector } from './collector.ts'
import type { SettledOptions } from './serve-options.ts'

export interface StartedReading {
  readonly parts: ReadingParts
  close(): Promise<void>
}

export async function startReading(options: SettledOptions, collector: Collector): Promise<StartedReading> {
  const { writeLog, readsPerUser: perUser, reads: inAll, readerStallMs: stallMs } = options
  const library = () => libraryOf(options)
  return {
    parts: {
      library,
      access: new Access(await reviewerOf(options), () => performance.now()),
      hiddenSeqs: async (id) => (await deriveCommands((await library()).records(id))).hiddenSeqs,
      note: (event, appending) => collector.note(event, appending),
      terminate: {
        namespaceOf: (id) => collector.namespaceOf(id),
        end: (id, by, reason) => collector.terminate(id, { by, reason }),
      },
      limits: { perUser, inAll, stallMs },
      report: (error) => writeLog('error', 'a reader met a bug', { detail: bugDetail(error) }),
    },
    close: async () => undefined,
  }
}

async function libraryOf({ library }: SettledOptions): Promise<SessionLibrary> {
  if (library === undefined) throw fault('KAE_READ_UNAVAILABLE')
  return library
}

/** Undefined where there is no API server to ask: then everybody reads their own sessions alone. */
async function reviewerOf(options: SettledOptions): Promise<ReviewAccess | undefined> {
  const { reviewAccess, requestHeader, kubeconfig } = options
  if (reviewAccess !== undefined) return reviewAccess
  if (!('caFile' in requestHeader)) return accessOfCluster(requestHeader.kubeconfig)
  return kubeconfig === undefined ? undefined : accessOfCluster(kubeconfig)
}
