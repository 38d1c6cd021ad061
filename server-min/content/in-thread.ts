import type { ReadRecord } from '../../src/protocol/read-record.ts'
import type { SessionLibrary } from '../../src/protocol/session-library.ts'
import { type Handful, portionsOf } from './portions.ts'
import type { GiveContent } from './request.ts'

/** Encodes in this thread: for recordings that stand in no folder. */
export const inThread = (library: () => Promise<SessionLibrary>): GiveContent =>
  async function* (request, signal) {
    const { session, follow, fromSeq } = request
    const records = (await library()).records(session.metadata.name, { follow, fromSeq, signal })
    for await (const { bytes } of portionsOf(oneByOne(records), request)) yield bytes
  }

async function* oneByOne(records: AsyncIterable<ReadRecord>): AsyncGenerator<Handful> {
  for await (const record of records) yield { records: [record] }
}
