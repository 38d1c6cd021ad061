import { randomBytes } from 'node:crypto'
import { type Draft, SALT_BYTES } from '../../src/protocol/record.ts'

/** Payload of a `journal` record, as JSON: something that the collector did itself. Each room declares its own types. */
export interface JournalEvent {
  readonly version: 1
  readonly type: string
}

/** A batch that was never acknowledged stood half written at the end of a segment. It was set aside in `file`. */
export interface RecoveryEvent extends JournalEvent {
  readonly type: 'recovery'
  /** Name of the segment. */
  readonly segment: string
  readonly offset: number
  readonly bytes: number
  readonly file: string
}

export const journalDraft = (event: JournalEvent): Draft => ({
  kind: 'journal',
  elapsed: 0,
  salt: randomBytes(SALT_BYTES),
  payload: Buffer.from(JSON.stringify(event)),
})

/** The event in a `journal` record's payload, or undefined where it is none. */
export function parseJournalEvent(payload: Uint8Array): JournalEvent | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload).toString())
    return isEvent(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isEvent = (value: unknown): value is JournalEvent =>
  typeof value === 'object' && value !== null && 'version' in value && value.version === 1 && 'type' in value
