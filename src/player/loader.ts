/** Reads a session's records to their end, onto the tape and past whoever wants to know. */
import type { ReadRecord } from '../protocol/read-record.ts'
import type { SessionEnd } from '../protocol/session.ts'
import { parseEnd } from '../recording/payload.ts'
import { nextTurn } from './turn.ts'

/** How long records may be taken in one go: keys are answered in between. */
const SLICE_MS = 6

export interface LoadListener {
  take(record: ReadRecord): void
  /** After each piece, and once at the end. */
  progress(): void
  /** Whether somebody waits for a picture that needs none of this: that goes first. */
  isBusy?(): boolean
}

export class Loader {
  /** All that there is was read. */
  isComplete = false
  /** Of the end record. */
  end: SessionEnd | undefined
  /** The last record's place, and the collector's clock at its commit, in µs since the Unix epoch. */
  seq = -1
  time = 0
  /** How long after its commit the last record was here, by two clocks; µs. Of what was there before we came: 0. */
  lag = 0
  readonly #known: number

  /** @param known how many records there were when it began */
  constructor(known: number) {
    this.#known = known
  }

  /** Rejects as the records do. */
  async load(records: AsyncIterable<ReadRecord>, listener: LoadListener): Promise<void> {
    let until = performance.now() + SLICE_MS
    for await (const record of records) {
      this.seq = record.seq
      this.time = record.time
      this.lag = record.seq < this.#known ? 0 : Math.max(0, Date.now() * 1000 - record.time)
      if (record.kind === 'end') this.end = parseEnd(record.payload)
      listener.take(record)
      if (performance.now() < until) continue
      listener.progress()
      do await nextTurn()
      while (listener.isBusy?.() === true)
      until = performance.now() + SLICE_MS
    }
    this.isComplete = true
    listener.progress()
  }
}
