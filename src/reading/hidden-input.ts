import type { ReadRecord } from '../protocol/read-record.ts'
import { deriveCommands } from '../recording/commands/derive.ts'

/** Input records, by their seqs, that hold what was typed while the terminal did not echo, or perhaps do. */
export type HiddenInput = Pick<ReadonlySet<number>, 'has'>

/** @param records of one session, all that there are now: of what comes later nothing is known, so it is hidden as well */
export async function hiddenInput(records: AsyncIterable<ReadRecord>): Promise<HiddenInput> {
  let last = -1
  const seen = async function* (): AsyncGenerator<ReadRecord> {
    for await (const record of records) {
      last = record.seq
      yield record
    }
  }
  const hidden = new Set((await deriveCommands(seen())).hiddenSeqs)
  return { has: (seq) => seq > last || hidden.has(seq) }
}
