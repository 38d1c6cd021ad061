import { randomBytes } from 'node:crypto'
import type { Draft, SessionRecord } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import {
  type AppendLog,
  type AppendOptions,
  type FollowOptions,
  type Head,
  JOURNAL_ID,
  type LogPlaces,
  type Receipt,
  type Space,
} from './append-log.ts'
import { Committer } from './committer.ts'
import { DiskSpace } from './disk-space.ts'
import { fault, folderFault } from './faults.ts'
import { secureFolder } from './folder.ts'
import { Growth } from './growth.ts'
import { journalDraft } from './journal.ts'
import { LiveSessions, misuseOf } from './live-sessions.ts'
import { type FolderLock, lockFolder } from './lock.ts'
import { nodeStorage } from './node-storage.ts'
import { readRange } from './reader.ts'
import { recoverLog } from './recover.ts'
import { SegmentFiles } from './segment-files.ts'
import { LOG_ID_BYTES } from './segment-header.ts'
import { type OpenSegment, SegmentWriter, startSegment } from './segment-writer.ts'
import { SessionFeeds } from './session-feeds.ts'
import type { SessionPlace } from './session-places.ts'
import type { Storage } from './storage.ts'
import { markWriter, unmarkWriter } from './writer-mark.ts'

const MIB = 1024 * 1024

export interface FileLogOptions {
  readonly folder: string
  /** Milliseconds since the Unix epoch; a fraction is kept. */
  readonly now: () => number
  /** Default 64 MiB. */
  readonly segmentBytes?: number
  /** Room kept for `end` and `journal` records when the disk is full. Default 1 MiB. */
  readonly reserveBytes?: number
  /** With less free than this, `space` is `low`. Default 256 MiB. */
  readonly lowWaterBytes?: number
  /** False only for a fresh folder that no other process knows. Default true. */
  readonly lock?: boolean
  /** False: fail with KAE_LOG_MISSING where there is no log yet. Default true. */
  readonly create?: boolean
  readonly storage?: Storage
}

/**
 * Opens the log in a folder, recovering it first where its last process did not close it.
 *
 * Faults: KAE_LOG_FOLDER_UNSAFE, KAE_LOG_FOLDER_UNUSABLE, KAE_LOG_MISSING, KAE_LOG_LOCKED, KAE_LOG_CORRUPT,
 * KAE_LOG_DISK_FULL, KAE_LOG_FAILED.
 */
export async function openFileLog(options: FileLogOptions): Promise<AppendLog & LogPlaces> {
  const { folder, create = true, lock = true, storage = nodeStorage } = options
  let held: FolderLock | undefined
  try {
    await secureFolder(storage, { folder, create })
    held = lock ? await lockFolder(folder) : undefined
    return await openHeld({ ...options, create, storage }, held)
  } catch (error) {
    held?.release()
    throw folderFault(error, folder)
  }
}

type HeldOptions = FileLogOptions & Required<Pick<FileLogOptions, 'create' | 'storage'>>

async function openHeld(options: HeldOptions, lock: FolderLock | undefined): Promise<AppendLog & LogPlaces> {
  const { folder, storage, now, segmentBytes = 64 * MIB, reserveBytes = MIB, lowWaterBytes = 256 * MIB } = options
  const space = new DiskSpace({ storage, folder, lowWaterBytes, now })
  const files = new SegmentFiles({ storage, folder, space, segmentBytes, reserveBytes })
  const recovered = await recoverLog({ storage, folder })
  if (recovered.segment === undefined && !options.create) throw fault('KAE_LOG_MISSING', { detail: folder })
  const segment = recovered.segment ?? (await firstSegment(files))
  await space.refresh()
  const log = new FileLog({
    folder,
    storage,
    now,
    space,
    lock,
    writer: new SegmentWriter(files, { space, segmentBytes, reserveBytes }, segment),
    sessions: new LiveSessions(recovered.chains.heads(), recovered.places),
  })
  await report(log, recovered.unreported.map(journalDraft))
  // A lock says that somebody writes here; without one this does. Nobody waits for it.
  if (lock === undefined && storage === nodeStorage) void markWriter(folder)
  return log
}

async function firstSegment(files: SegmentFiles): Promise<OpenSegment> {
  const prepared = await files.prepare(files.firstBytes)
  if (prepared === undefined) throw fault('KAE_LOG_DISK_FULL')
  return startSegment(files, prepared, { logId: randomBytes(LOG_ID_BYTES) })
}

/** On a full disk what was recovered stays unreported until the log is opened with more room. */
async function report(log: AppendLog, drafts: readonly Draft[]): Promise<void> {
  if (drafts.length === 0) return
  await log.append(JOURNAL_ID, drafts, { reserve: true }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'KAE_LOG_DISK_FULL')) throw error
  })
}

interface FileLogParts {
  readonly folder: string
  readonly storage: Storage
  readonly now: () => number
  readonly space: DiskSpace
  readonly lock: FolderLock | undefined
  readonly writer: SegmentWriter
  readonly sessions: LiveSessions
}

class FileLog implements AppendLog, LogPlaces {
  readonly unended: AppendLog['unended']
  readonly failed: Promise<Error>
  readonly #parts: FileLogParts
  readonly #committer: Committer
  readonly #feeds: SessionFeeds
  readonly #growth = new Growth()
  #closed: Promise<void> | undefined

  constructor(parts: FileLogParts) {
    this.#parts = parts
    this.unended = parts.sessions.unended()
    const { promise, resolve } = Promise.withResolvers<Error>()
    this.failed = promise
    this.#feeds = new SessionFeeds(parts, parts.sessions)
    this.#committer = new Committer({
      ...parts,
      onDurable: (durable) => {
        this.#feeds.publish(durable)
        this.#growth.tell(durable)
      },
      onFailure: (error) => {
        this.#feeds.close(error)
        resolve(error)
      },
    })
  }

  append(session: SessionId, drafts: readonly Draft[], { reserve = false }: AppendOptions = {}): Promise<Receipt> {
    if (this.#closed !== undefined) return Promise.reject(fault('KAE_LOG_CLOSED'))
    const misuse = misuseOf(session, drafts)
    if (misuse !== undefined) return Promise.reject(new Error(`append: ${misuse}`))
    return this.#committer.append({ session, drafts, reserve })
  }

  head(session: SessionId): Head | undefined {
    return this.#parts.sessions.head(session)
  }

  get space(): Space {
    return this.#parts.space.state
  }

  read(session?: SessionId): AsyncIterable<SessionRecord> {
    const { storage, folder, writer, sessions } = this.#parts
    const log = { storage, folder }
    const { name, point } = writer.segment
    const whole = { first: undefined, last: { segment: name, end: point.offset }, session }
    if (session === undefined) return readRange(log, whole)
    const place = sessions.place(session)
    if (place === undefined) return nothing()
    const { firstSegment, start, lastSegment, end } = place
    const first = { segment: firstSegment, start }
    return readRange(log, { first, last: { segment: lastSegment, end }, session })
  }

  follow(session: SessionId, options: FollowOptions = {}): AsyncIterable<SessionRecord> {
    return this.#feeds.follow(session, options)
  }

  place(session: SessionId): SessionPlace | undefined {
    return this.#parts.sessions.place(session)
  }

  onGrowth(session: SessionId, grown: () => void): () => void {
    return this.#growth.watch(session, grown)
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await this.#committer.idle()
    this.#feeds.close()
    try {
      await this.#parts.writer.close(this.space === 'ample' && !this.#committer.failed)
    } catch (error) {
      throw folderFault(error, this.#parts.folder)
    } finally {
      this.#parts.lock?.release()
      if (this.#parts.lock === undefined && this.#parts.storage === nodeStorage) await unmarkWriter(this.#parts.folder)
    }
  }
}

async function* nothing(): AsyncGenerator<never> {}
