/** Who sees what. Own sessions always; others' by the cluster's authorization; and what is not seen is not there. */

import { API_GROUP } from '../../../src/protocol/api.ts'
import { isFault } from '../../../src/protocol/fault.ts'
import type { Identity } from '../../../src/protocol/session.ts'
import { parseSessionId } from '../../../src/protocol/session-id.ts'
import type { SessionLibrary } from '../../../src/protocol/session-library.ts'
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import type { Access } from '../access.ts'
import { fault } from '../faults.ts'

/** A session's place as a request's path has it. Nothing of it has been believed yet. */
export interface Address {
  readonly namespace: string
  readonly id: string
}

/** `own`: the reader's own sessions alone. */
export type Scope = 'all' | 'own'

/**
 * Whether this reader opened the session. The API server vouched for both, or it is somebody else's: a name that nobody
 * vouches for is never equal to one that is (I2). Unlike the owner's client, a reader may have come by another credential.
 */
export const isOwn = ({ spec }: SessionObject, reader: Identity): boolean =>
  spec.authentication === 'request-header' &&
  spec.user.username === reader.username &&
  (!spec.user.uid || !reader.uid || spec.user.uid === reader.uid)

export class Visibility {
  readonly #library: () => Promise<SessionLibrary>
  readonly #access: Access

  constructor(library: () => Promise<SessionLibrary>, access: Access) {
    this.#library = library
    this.#access = access
  }

  /**
   * Of the sessions in a namespace, or in all. `content`: the answer tells something of what was typed or shown.
   * Rejects with a Fault where nobody could say.
   */
  async scope(reader: Identity, namespace: string | undefined, content: boolean): Promise<Scope> {
    const where = namespace === undefined ? {} : { namespace }
    const question = { verb: 'audit', resource: 'sessions', ...where } as const
    const asked = content ? [{ ...question, subresource: 'log' } as const] : [question]
    const answers = await Promise.all(asked.map((each) => this.#access.may(reader, each)))
    return answers.every(Boolean) ? 'all' : 'own'
  }

  /** Input that may be secret: each reader needs the right to it, also for their own sessions. */
  secrets(reader: Identity, { metadata: { namespace, name } }: SessionObject): Promise<boolean> {
    return this.#access.may(reader, { verb: 'get', resource: 'sessions', subresource: 'secrets', namespace, name })
  }

  /** Of all sessions in a namespace, or in all of them. Where nobody can be asked, nobody has this right. */
  async allSecrets(reader: Identity, namespace: string | undefined): Promise<boolean> {
    const where = namespace === undefined ? {} : { namespace }
    const question = { verb: 'get', resource: 'sessions', subresource: 'secrets', ...where } as const
    return this.#access.may(reader, question).catch((error: unknown) => {
      if (isFault(error) && error.code === 'KAE_READ_UNREVIEWED') return false
      throw error
    })
  }

  /** A session that the reader may see. Rejects with the same Fault for one that does not exist and one that is hidden. */
  async find(reader: Identity, address: Address): Promise<SessionObject> {
    const { session, own, audit } = await this.#look(reader, address)
    if (session !== undefined && (own || (await audit()))) return session
    await audit()
    throw notFound(address)
  }

  /** The same for what it recorded. Rejects with KAE_READ_FORBIDDEN where the reader may know that it exists. */
  async findContent(reader: Identity, address: Address): Promise<SessionObject> {
    const { session, own, audit, auditLog } = await this.#look(reader, address)
    if (session !== undefined && own) return session
    const [mayKnow, mayRead] = await Promise.all([audit(), auditLog()])
    if (session === undefined || !(mayKnow || mayRead)) throw notFound(address)
    if (mayRead) return session
    throw forbidden(reader, address)
  }

  /** Asks for everything at once, whether it will matter or not: how long an answer takes must not tell what is there. */
  async #look(reader: Identity, { namespace, id: text }: Address) {
    const id = parseSessionId(text)
    if (id === undefined) throw notFound({ namespace, id: text })
    const question = { verb: 'audit', resource: 'sessions', namespace, name: id } as const
    const reviews = [
      this.#access.may(reader, question),
      this.#access.may(reader, { ...question, subresource: 'log' }),
    ] as const
    // Their failures count only where somebody waits for them: nobody is kept from their own sessions.
    for (const review of reviews) review.catch(() => undefined)
    const found = await this.#get(id, namespace)
    const [audit, auditLog] = reviews
    return {
      session: found,
      own: found !== undefined && isOwn(found, reader),
      audit: () => audit,
      auditLog: () => auditLog,
    }
  }

  /** A session of another namespace than the one that the request was authorized for is none. */
  async #get(
    id: NonNullable<ReturnType<typeof parseSessionId>>,
    namespace: string,
  ): Promise<SessionObject | undefined> {
    try {
      const session = await (await this.#library()).get(id)
      return session.metadata.namespace === namespace ? session : undefined
    } catch (error) {
      if (isFault(error) && error.code === 'KAE_SESSION_NOT_FOUND') return undefined
      throw error
    }
  }
}

const notFound = ({ id }: Address) =>
  fault('KAE_READ_NOT_FOUND', { detail: `sessions.${API_GROUP} ${JSON.stringify(id.slice(0, 100))} not found` })

const forbidden = ({ username }: Identity, { namespace, id }: Address) =>
  fault('KAE_READ_FORBIDDEN', {
    detail: `User ${JSON.stringify(username)} cannot audit resource "sessions/log" ${JSON.stringify(id)} in API group ${JSON.stringify(API_GROUP)} in the namespace ${JSON.stringify(namespace)}`,
  })
