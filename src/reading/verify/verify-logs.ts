/** Checks whole logs in folders: every byte, every link, and what each session's end says of it. */
import { ChainVerifier } from '../../../server-min/log/chain-verifier.ts'
import { folderFault } from '../../../server-min/log/faults.ts'
import { nodeStorage } from '../../../server-min/log/node-storage.ts'
import { recordsOf } from '../../../server-min/log/reader.ts'
import { type VerifiedBatch, verifyAll } from '../../../server-min/log/recover.ts'
import type { ScanOutcome } from '../../../server-min/log/scan-folder.ts'
import { isFault } from '../../protocol/fault.ts'
import type { SessionRecord } from '../../protocol/record.ts'
import type { SessionId } from '../../protocol/session-id.ts'
import { type BadPlace, describeDamage } from './damage.ts'
import { recordTime, SessionCheck, type SessionVerdict } from './session-check.ts'

/** What stands in front of the place at which a log is wrong, and was found as it was written. */
export interface Before {
  readonly records: number
  /** Sessions up to their end. */
  readonly ended: number
  /** Sessions that go on behind that place, or were cut off there. */
  readonly unended: number
  /** The last of its records. */
  readonly last?: { readonly session: SessionId; readonly seq: number; readonly time: string }
}

export type LogReport =
  | {
      readonly type: 'intact'
      readonly log: string
      readonly records: number
      readonly sessions: number
      readonly unended: number
      /** When its first and its last record became durable. */
      readonly first?: string
      readonly last?: string
      /** At its end, of no whole batch: half written when its writer died, or cut off later. */
      readonly tornBytes: number
      readonly notes: readonly string[]
    }
  | { readonly type: 'wrong'; readonly log: string; readonly bad: BadPlace; readonly before: Before }
  /** Nothing is known of it from some place on. */
  | { readonly type: 'unreadable'; readonly log: string; readonly why: string; readonly before: Before }

export interface VerifiedLog {
  readonly report: LogReport
  /** Of the session that was asked for, as far as the log could be read; undefined where it has no record there. */
  readonly verdict: SessionVerdict | undefined
}

export interface VerifyOptions {
  /** One of which more is to be known. */
  readonly session?: SessionId
  /** Hears of bytes that were checked. */
  readonly onBytes?: (bytes: number) => void
}

/** Never throws for what is wrong with a log: others are to be checked all the same. */
export async function verifyLog(log: string, { session, onBytes }: VerifyOptions = {}): Promise<VerifiedLog> {
  const contents = new Contents(session)
  const chains = new ChainVerifier()
  try {
    const outcome = await verifyAll({ storage: nodeStorage, folder: log }, chains, (each) => {
      contents.take(each)
      onBytes?.(each.batch.end.offset - each.batch.start.offset)
    })
    return { report: await reportOf(log, { outcome, contents, chains }), verdict: contents.wanted }
  } catch (error) {
    const cause = folderFault(error, log)
    if (!isFault(cause)) throw error
    const why = (cause.detail ?? cause.message).replace(CODE, '')
    return { report: { type: 'unreadable', log, why, before: contents.before }, verdict: contents.wanted }
  }
}

/** How the operating system calls it, before its words. */
const CODE = /^Error: E[A-Z]+: /

interface Verified {
  readonly outcome: ScanOutcome
  readonly contents: Contents
  readonly chains: ChainVerifier
}

async function reportOf(log: string, { outcome, contents, chains }: Verified): Promise<LogReport> {
  const { before } = contents
  // What a session's end says of it was found first: what is damaged in the files comes behind it.
  if (contents.wrong !== undefined) return { type: 'wrong', log, bad: contents.wrong, before }
  if (outcome.type === 'empty') return { type: 'unreadable', log, why: 'there is no log in the folder', before }
  if (outcome.type === 'corrupt') {
    return { ...(await describeDamage(log, outcome.damage)), log, before }
  }
  const { records, ended, unended } = chains
  const tornBytes = outcome.type === 'torn' ? outcome.bytes : 0
  return { type: 'intact', log, records, sessions: ended + unended, unended, tornBytes, ...contents.summary }
}

/** What the chains cannot tell: whether each session's end speaks of what is there. */
class Contents {
  readonly #wanted: SessionId | undefined
  readonly #checks = new Map<SessionId, SessionCheck>()
  readonly #notes: string[] = []
  #verdict: SessionVerdict | undefined
  #wrong: BadPlace | undefined
  #records = 0
  #ended = 0
  #first: number | undefined
  #last: { readonly session: SessionId; readonly seq: number; readonly time: number } | undefined

  constructor(wanted: SessionId | undefined) {
    this.#wanted = wanted
  }

  /** The first record that does not fit what its session's end says, if one was. */
  get wrong(): BadPlace | undefined {
    return this.#wrong
  }

  get before(): Before {
    const [records, ended, unended] = [this.#records, this.#ended, this.#checks.size]
    if (this.#last === undefined) return { records, ended, unended }
    const { session, seq, time } = this.#last
    return { records, ended, unended, last: { session, seq, time: recordTime(time) } }
  }

  get summary(): { readonly notes: readonly string[]; readonly first?: string; readonly last?: string } {
    const notes = this.#notes
    if (this.#first === undefined || this.#last === undefined) return { notes }
    return { notes, first: recordTime(this.#first), last: recordTime(this.#last.time) }
  }

  get wanted(): SessionVerdict | undefined {
    return this.#verdict ?? (this.#wanted && this.#checks.get(this.#wanted)?.verdict())
  }

  take({ segment, batch }: VerifiedBatch): void {
    for (const [index, record] of [...recordsOf([batch])].entries()) {
      if (this.#wrong !== undefined) return
      const why = this.#check(record)
      if (why === undefined) this.#count(record)
      else this.#wrong = { ...why, file: segment, offset: batch.entries[index]?.offset ?? batch.start.offset }
    }
  }

  #check(record: SessionRecord): BadPlace | undefined {
    const { session, kind } = record
    if (kind === 'journal') return undefined
    const check = this.#checks.get(session) ?? new SessionCheck(session)
    this.#checks.set(session, check)
    check.take(record)
    if (check.wrong !== undefined) return { session, ...check.wrong }
    if (kind === 'end') this.#end(session, check.verdict())
    return undefined
  }

  #count({ session, seq, time }: SessionRecord): void {
    this.#records += 1
    this.#first ??= time
    this.#last = { session, seq, time }
  }

  #end(session: SessionId, verdict: SessionVerdict): void {
    this.#checks.delete(session)
    this.#ended += 1
    if (session === this.#wanted) this.#verdict = verdict
    if (verdict.type === 'intact') this.#notes.push(...verdict.notes.map((note) => `${session}: ${note}`))
  }
}
