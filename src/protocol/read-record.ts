import type { Placement, RecordKind, SessionRecord } from './record.ts'

/** A record whose payload its reader may not see. Header and commitment are there: the chain can be verified all the same. */
export interface WithheldRecord extends Placement {
  readonly kind: 'withheld'
  readonly of: RecordKind
  readonly elapsed: number
  readonly payloadBytes: number
  readonly commitment: Uint8Array
}

/** A record as a reader gets it. */
export type ReadRecord = SessionRecord | WithheldRecord
