/**
 * Input that may hold a secret, which only readers with `get` on `sessions/secrets` are given. The one rule: of a terminal,
 * input is given where the record itself shows that it was echoed. So all of it is withheld
 *
 * - while the session runs: whether it is echoed turns out later;
 * - where no output was recorded: nothing tells what was echoed.
 *
 * Without a terminal nothing is hidden: what is piped in is data, and a local terminal shows what is typed there.
 */
import { commitmentOf } from '../../../src/protocol/chain.ts'
import type { ReadRecord } from '../../../src/protocol/read-record.ts'
import type { RecordedCommand } from '../../../src/protocol/recorded-command.ts'
import type { SessionObject } from '../../../src/protocol/session-object.ts'

export type Withholding =
  | { readonly type: 'nothing' }
  | { readonly type: 'input' }
  /** Input records by their seq. */
  | { readonly type: 'some'; readonly seqs: ReadonlySet<number> }

export interface Sight {
  readonly session: SessionObject
  /** The reader may see secrets. */
  readonly secrets: boolean
  readonly follow: boolean
}

/** @param hidden which input records hold what was typed unseen, of a session that has ended */
export async function decideWithholding(
  { session, secrets, follow }: Sight,
  hidden: () => Promise<readonly number[]>,
): Promise<Withholding> {
  if (secrets || !session.spec.target.tty) return { type: 'nothing' }
  if (follow || session.status.phase === 'Live' || echoIsUnknown(session)) return { type: 'input' }
  return { type: 'some', seqs: new Set(await hidden()) }
}

/** Of such a session every line that was typed could be a password. */
export const echoIsUnknown = ({ spec, status }: SessionObject): boolean =>
  spec.target.tty && (spec.policy.record === 'Input' || status.outputBytes === 0)

export function withhold(record: ReadRecord, withholding: Withholding): ReadRecord {
  if (record.kind !== 'input' || withholding.type === 'nothing') return record
  if (withholding.type === 'some' && !withholding.seqs.has(record.seq)) return record
  const { session, seq, time, link, elapsed, kind: of, payload, salt } = record
  const commitment = commitmentOf(salt, payload)
  return { kind: 'withheld', of, session, seq, time, link, elapsed, payloadBytes: payload.length, commitment }
}

/** A command list without the lines that only their being typed makes known. */
export const withholdTyped = (commands: readonly RecordedCommand[]): readonly RecordedCommand[] =>
  commands.map((command) =>
    command.type === 'command' && command.source === 'typed'
      ? { type: 'hidden', elapsed: command.elapsed, seq: command.seq }
      : command,
  )
