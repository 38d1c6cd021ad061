import { setImmediate as others } from 'node:timers/promises'
import type { ReadRecord } from '../../protocol/read-record.ts'
import type { RecordedCommand } from '../../protocol/recorded-command.ts'
import { CommandList } from './command-list.ts'
import { type Deriving, derivingOf } from './deriving.ts'

export interface DerivedCommands {
  /** In their order. */
  readonly commands: readonly RecordedCommand[]
  /** Input records (their seqs, ascending) that hold what was typed while the terminal did not echo. */
  readonly hiddenSeqs: readonly number[]
}

/** So many bytes are derived before others may run: hostile ones take a thousand times as long as text. */
const PIECE_BYTES = 16 * 1024

/** The command list of one session, from all its records in their order. Linear in their bytes. */
export async function deriveCommands(records: AsyncIterable<ReadRecord>): Promise<DerivedCommands> {
  const list = new CommandList()
  let deriving: Deriving | undefined
  let bytes = 0
  for await (const record of records) {
    deriving ??= await derivingOf(record, list)
    if (record.kind === 'withheld') deriving.withheld(record)
    else {
      deriving.take(record)
      bytes += record.payload.length
    }
    if (bytes < PIECE_BYTES) continue
    bytes = 0
    await others()
  }
  deriving?.finish()
  return { commands: list.entries, hiddenSeqs: list.hiddenSeqs }
}
