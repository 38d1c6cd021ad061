import { isFault } from '../../../src/protocol/fault.ts'
import type { Authentication, Identity } from '../../../src/protocol/session.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import type { CommandSearch } from '../../../src/protocol/session-library.ts'
import type { AppendOptions } from '../../log/append-log.ts'
import type { JournalEvent } from '../../log/journal.ts'
import { fault } from '../faults.ts'

interface ByReader extends JournalEvent {
  /** As the API server authenticated them. */
  readonly user: Identity
  readonly authentication: Authentication
  /** Joins to the API server's audit log. A client may choose it, so it proves nothing. */
  readonly auditId?: string
}

/** Somebody was given what a session recorded. */
export interface ReadEvent extends ByReader {
  readonly type: 'read'
  readonly session: SessionId
  readonly format: string
  readonly follow: boolean
  readonly fromSeq: number
  /** With input that was typed unseen. */
  readonly secrets: boolean
}

/** Somebody looked for something in what sessions recorded. */
export interface SearchEvent extends ByReader {
  readonly type: 'search'
  readonly search: Partial<CommandSearch>
  /** Those that were shown as hits. */
  readonly hits: readonly SessionId[]
}

/** Makes an event durable. Rejects with KAE_LOG_DISK_FULL where there is no room for it. */
export type NoteEvent = (event: JournalEvent, options: AppendOptions) => Promise<void>

/** Of the log's reserve (1 MiB), which is there for the ends of sessions, reads may take a sixteenth. */
const RESERVE_BYTES = 64 * 1024

/** Reads on record. Nothing of a session leaves before its event is durable. */
export class ReadJournal {
  readonly #note: NoteEvent
  #reserve = RESERVE_BYTES

  constructor(note: NoteEvent) {
    this.#note = note
  }

  /** Rejects with Fault KAE_READ_UNRECORDED where it cannot be recorded: then nothing may be shown. */
  async record(event: ReadEvent | SearchEvent): Promise<void> {
    try {
      await this.#append(event)
    } catch (cause) {
      throw fault('KAE_READ_UNRECORDED', { cause, ...(isFault(cause) ? { detail: cause.message } : {}) })
    }
  }

  async #append(event: ReadEvent | SearchEvent): Promise<void> {
    try {
      await this.#note(event, {})
      this.#reserve = RESERVE_BYTES
    } catch (error) {
      const bytes = JSON.stringify(event).length
      if (!isFault(error) || error.code !== 'KAE_LOG_DISK_FULL' || bytes > this.#reserve) throw error
      this.#reserve -= bytes
      await this.#note(event, { reserve: true })
    }
  }
}
