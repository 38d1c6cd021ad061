import type { ReadRecord } from '../../protocol/read-record.ts'
import type { RecordedCommand } from '../../protocol/recorded-command.ts'

export interface DerivedCommands {
  /** In their order. */
  readonly commands: readonly RecordedCommand[]
  /** Input records (their seqs, ascending) that hold what was typed while the terminal did not echo. */
  readonly hiddenSeqs: readonly number[]
}

/** The command list of one session, from all its records in their order. Linear in their bytes. */
export async function deriveCommands(records: AsyncIterable<ReadRecord>): Promise<DerivedCommands> {
  for await (const record of records) if (record.kind === 'end') break
  return { commands: [], hiddenSeqs: [] }
}
