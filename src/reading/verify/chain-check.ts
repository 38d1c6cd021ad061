import { commitmentOf, NO_LINK, recordHash } from '../../protocol/chain.ts'
import { withheldHeader } from '../../protocol/content.ts'
import type { ReadRecord } from '../../protocol/read-record.ts'
import { encodeHeader } from '../../protocol/record.ts'
import type { SessionId } from '../../protocol/session-id.ts'

/**
 * Follows one session's records and says where they are not one chain. Whoever serves them cannot change one, leave one
 * out or put them in another order without its showing; cutting the end off shows only where the session has an end.
 */
export class ChainCheck {
  readonly #session: SessionId
  #next: number
  #head: Buffer | undefined
  #lastTime = 0

  /** @param fromSeq of the first record; the link of one in the middle cannot be checked, those after it can */
  constructor(session: SessionId, fromSeq = 0) {
    this.#session = session
    this.#next = fromSeq
    this.#head = fromSeq === 0 ? NO_LINK : undefined
  }

  /** The seq that comes next. */
  get next(): number {
    return this.#next
  }

  /** The hash of the last record that was taken: what the log's head for this session must be. */
  get head(): Buffer {
    return this.#head ?? NO_LINK
  }

  /** What is wrong with this record, in words; undefined: nothing. */
  take(record: ReadRecord): string | undefined {
    const wrong = this.#wrong(record)
    if (wrong !== undefined) return wrong
    this.#next = record.seq + 1
    this.#lastTime = record.time
    this.#head = hashOf(record)
    return undefined
  }

  #wrong({ session, seq, time, link }: ReadRecord): string | undefined {
    if (session !== this.#session) return `a record of session ${session}`
    if (seq !== this.#next) return `record ${seq} where ${this.#next} should be`
    if (time < this.#lastTime) return `record ${seq} is older than the one before it`
    if (this.#head !== undefined && !this.#head.equals(link))
      return `record ${seq} does not link to the one before it, as that one is here`
    return undefined
  }
}

/** What the record after it must link to. */
const hashOf = (record: ReadRecord): Buffer =>
  record.kind === 'withheld'
    ? recordHash(withheldHeader(record), record.commitment)
    : recordHash(encodeHeader(record, record), commitmentOf(record.salt, record.payload))
