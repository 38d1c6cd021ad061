import type { ReadRecord } from '../protocol/read-record.ts'

/** Reads records again, from one on. */
export type Reread = (firstSeq: number) => AsyncIterable<ReadRecord>

interface Reading {
  readonly records: AsyncIterator<ReadRecord>
  /** A record that was read, and not asked for yet. */
  ahead: ReadRecord | undefined
  /** Everything before it was read. */
  nextSeq: number
}

/** The one that plays, the one that is indexed, and one for a search. */
const READINGS = 3
/** So many records that nobody asks for are read over sooner than a reading begins anew. */
const NEAR = 256

/** Parts of a recording once more. Whoever goes on where they were goes on reading: to begin anew is dear, and on record. */
export class Rereader {
  readonly #reread: Reread
  /** The one that was used last is the last. */
  #readings: Reading[] = []

  constructor(reread: Reread) {
    this.#reread = reread
  }

  /** Both ends included. */
  async read(firstSeq: number, lastSeq: number): Promise<ReadRecord[]> {
    const reading = this.#take(firstSeq)
    const found: ReadRecord[] = []
    for (let record = await next(reading); record !== undefined; record = await next(reading)) {
      if (record.seq > lastSeq) reading.ahead = record
      else if (record.seq >= firstSeq) found.push(record)
      if (record.seq >= lastSeq) break
    }
    reading.nextSeq = lastSeq + 1
    this.#readings.push(reading)
    if (this.#readings.length > READINGS) leave(this.#readings.shift())
    return found
  }

  /** Nobody else has it until it is put back. */
  #take(firstSeq: number): Reading {
    const known = this.#readings.find(({ nextSeq }) => nextSeq <= firstSeq && firstSeq - nextSeq <= NEAR)
    this.#readings = this.#readings.filter((each) => each !== known)
    const begin = () => ({
      records: this.#reread(firstSeq)[Symbol.asyncIterator](),
      ahead: undefined,
      nextSeq: firstSeq,
    })
    return known ?? begin()
  }
}

async function next(reading: Reading): Promise<ReadRecord | undefined> {
  const { ahead, records } = reading
  reading.ahead = undefined
  if (ahead !== undefined) return ahead
  const { value, done } = await records.next()
  return done === true ? undefined : value
}

/** It may fail while it ends, of which nobody needs to know. */
function leave(reading: Reading | undefined): void {
  reading?.records.return?.()?.catch(() => {})
}
