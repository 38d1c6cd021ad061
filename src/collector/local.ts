/**
 * The collector inside this program, for a cluster that has none: the same code over a pipe in memory, recording to a
 * folder of the user's. Nobody vouches for the identity in such a record, and it says so.
 */
import { createCollector } from '../../server-min/collector.ts'
import { openFileLog } from '../../server-min/log/file-log.ts'
import { memoryPipes } from '../protocol/pipe.ts'
import type { Identity, SessionPolicy } from '../protocol/session.ts'
import type { SessionId } from '../protocol/session-id.ts'
import type { CollectorConnector } from './connector.ts'
import { localSessionFolder } from './state-folder.ts'

export interface LocalOptions {
  readonly id: SessionId
  /** What the kubeconfig calls the user. */
  readonly userName: string
  /** Holds a folder for each session; the user's state folder where it is not given. */
  readonly root?: string
}

/** A local session is one folder; there is little in it, and it is made while somebody waits for a prompt. */
const LOG_SIZES = { segmentBytes: 8 * 1024 * 1024, reserveBytes: 64 * 1024, lowWaterBytes: 16 * 1024 * 1024 } as const
const DRAIN_MS = 5_000

/** The least of what may be recorded: nobody asks for more here than whoever starts the session (`--record`). */
const POLICY: SessionPolicy = { capture: 'client', record: 'Input', durability: 'Strict' }

export async function localConnector(
  options: LocalOptions,
): Promise<{ readonly connector: CollectorConnector; readonly folder: string }> {
  const folder = localSessionFolder(process.env, options)
  const log = await openFileLog({ ...LOG_SIZES, folder, now: Date.now, lock: false })
  const collector = createCollector({ log, resumeMs: 0, policy: POLICY })
  const identity: Identity = { username: options.userName, groups: [], extra: {} }
  const connector: CollectorConnector = {
    place: folder,
    connect({ id, namespace }, hello) {
      const [ours, theirs] = memoryPipes()
      collector.accept(theirs, { id, namespace, identity, authentication: 'unverified', hello })
      return Promise.resolve(ours)
    },
    async close() {
      await collector.drain(DRAIN_MS)
      await log.close()
    },
  }
  return { connector, folder }
}
