/** What somebody may, by the cluster's own authorization: asked of the API server, and remembered for a moment. */
import { API_GROUP, API_VERSION } from '../../src/protocol/api.ts'
import type { Identity } from '../../src/protocol/session.ts'
import { fault } from './faults.ts'

/** One question of a SubjectAccessReview about our API group. Without a namespace: in all of them. */
export interface AccessQuestion {
  readonly verb: 'audit' | 'get'
  readonly resource: 'sessions'
  readonly subresource?: 'log' | 'secrets'
  readonly namespace?: string
  /** Of one session. */
  readonly name?: string
}

export interface AccessAttributes extends AccessQuestion {
  readonly group: typeof API_GROUP
  readonly version: typeof API_VERSION
}

/** Asks the cluster. Rejects where it could not be asked. */
export type ReviewAccess = (user: Identity, attributes: AccessAttributes) => Promise<boolean>

const TTL_MS = 5_000
const MOST_ANSWERS = 10_000

interface Answer {
  readonly allowed: Promise<boolean>
  readonly until: number
}

export class Access {
  readonly #review: ReviewAccess | undefined
  readonly #now: () => number
  readonly #answers = new Map<string, Answer>()

  /**
   * @param review undefined: there is no API server to ask, so nobody reads but their own
   * @param now a monotonic clock, in ms
   */
  constructor(review: ReviewAccess | undefined, now: () => number) {
    this.#review = review
    this.#now = now
  }

  /** Rejects with Fault KAE_READ_UNREVIEWED where nobody answered; that is not remembered. */
  may(user: Identity, question: AccessQuestion): Promise<boolean> {
    const review = this.#review
    if (review === undefined) return Promise.resolve(false)
    const key = JSON.stringify([user.username, user.uid, [...user.groups].sort(), user.extra, question])
    const known = this.#answers.get(key)
    if (known !== undefined && known.until > this.#now()) return known.allowed
    const allowed = review(user, { group: API_GROUP, version: API_VERSION, ...question }).catch((cause: unknown) => {
      this.#answers.delete(key)
      throw fault('KAE_READ_UNREVIEWED', { cause })
    })
    this.#remember(key, { allowed, until: this.#now() + TTL_MS })
    return allowed
  }

  #remember(key: string, answer: Answer): void {
    this.#answers.delete(key)
    this.#answers.set(key, answer)
    const [oldest] = this.#answers.keys()
    if (this.#answers.size > MOST_ANSWERS && oldest !== undefined) this.#answers.delete(oldest)
  }
}
