/** A real server with recorded sessions, and people who ask for them through the front proxy. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { AccessAttributes, ReviewAccess } from '../../../../server-min/api/access.ts'
import { JOURNAL_ID } from '../../../../server-min/log/append-log.ts'
import type { ServeOptions } from '../../../../server-min/serve-options.ts'
import { commandsPath, sessionsPath } from '../../../../src/protocol/api.ts'
import type { Draft } from '../../../../src/protocol/record.ts'
import type { Authentication, ExecTarget, Identity, RecordMode } from '../../../../src/protocol/session.ts'
import type { SessionId } from '../../../../src/protocol/session-id.ts'
import { MemoryLibrary } from '../../../rig/memory-library.ts'
import { ALICE, draft, endDraft, newId, TARGET } from '../../rig/client.ts'
import { type Answer, type Asked, ServerRig } from '../../rig/server.ts'

/** A grant of RBAC, as text: `carol audit sessions/log prod`. A star stands for all namespaces. */
type Grant = `${string} ${'audit' | 'get'} sessions${'' | '/log' | '/secrets'} ${string}`

/** In place of a namespace: all of them. */
export const ALL = '*'

const scopeOf = (namespace: string): string | undefined => (namespace === ALL ? undefined : namespace)

export interface SessionFacts {
  readonly user?: Identity
  readonly authentication?: Authentication
  readonly target?: Partial<ExecTarget>
  readonly record?: RecordMode
  readonly id?: SessionId
}

export const as = (username: string, more: Record<string, string> = {}) => ({
  'X-Remote-User': username,
  'X-Remote-Uid': `uid-${username}`,
  'X-Remote-Group': 'developers',
  ...more,
})

export class ReadingRig implements AsyncDisposable {
  readonly server: ServerRig
  readonly library: MemoryLibrary
  readonly grants = new Set<Grant>()
  readonly reviews: Array<{ readonly user: Identity; readonly attributes: AccessAttributes }> = []
  failReviews = false
  /** So many ms have passed that nobody waited for. */
  passed = 0

  private constructor(server: ServerRig) {
    this.server = server
    this.library = new MemoryLibrary(server.log)
  }

  static async start(options: Partial<ServeOptions> = {}): Promise<ReadingRig> {
    const rig = new ReadingRig(await ServerRig.make())
    await rig.server.serve({ library: rig.library, reviewAccess: rig.#review, now: rig.#now, ...options })
    return rig
  }

  readonly #now = (): number => performance.now() + this.passed

  /** RBAC on the path was checked by the API server before: only what the server itself asks is answered here. */
  readonly #review: ReviewAccess = async (user, attributes) => {
    this.reviews.push({ user, attributes })
    if (this.failReviews) throw new Error('no route to host')
    const { verb, resource, subresource, namespace } = attributes
    const what = subresource === undefined ? resource : `${resource}/${subresource}`
    const words = `${user.username} ${verb} ${what}`
    return this.grants.has(`${words} *` as Grant) || this.grants.has(`${words} ${namespace}` as Grant)
  }

  /** Puts a session on record, with what follows its opening. */
  async session(
    facts: SessionFacts = {},
    drafts: readonly Draft[] = [draft('input', 'id\r'), endDraft()],
  ): Promise<SessionId> {
    const { user = ALICE, authentication = 'request-header', target, record = 'InputOutput', id = newId() } = facts
    const opening = {
      version: 1,
      user,
      authentication,
      target: { ...TARGET, ...target },
      policy: { capture: 'client', record, durability: 'Strict' },
      client: { name: 'test', version: '1', platform: 'test' },
    }
    await this.server.log.append(id, [draft('open', JSON.stringify(opening)), ...drafts])
    return id
  }

  ask(path: string, user = 'alice', asked: Asked = {}): Promise<Answer> {
    return this.server.ask(path, { headers: as(user), ...asked })
  }

  list(user: string, query = '', namespace = 'default'): Promise<Answer> {
    return this.ask(`${sessionsPath(scopeOf(namespace))}${query}`, user)
  }

  /** The names that a list shows, or its status. */
  async names(user: string, query = '', namespace = 'default'): Promise<readonly string[] | number> {
    const answer = await this.list(user, query, namespace)
    if (answer.status !== 200) return answer.status
    return (answer.json().items as Array<{ metadata: { name: string } }>).map(({ metadata }) => metadata.name)
  }

  log(user: string, id: string, query = ''): Promise<Answer> {
    return this.logIn('default', user, `${id}/log${query}`)
  }

  /** @param rest of the path, behind `sessions/` */
  logIn(namespace: string, user: string, rest: string): Promise<Answer> {
    return this.ask(`${sessionsPath(namespace)}/${rest}`, user)
  }

  search(user: string, query: string, namespace = 'default'): Promise<Answer> {
    return this.ask(`${commandsPath(scopeOf(namespace))}${query}`, user)
  }

  /** What stands in the collector's journal. */
  journal(): Array<Record<string, unknown>> {
    return this.server.log.of(JOURNAL_ID).map(({ payload }) => JSON.parse(Buffer.from(payload).toString()))
  }

  /** A stream that stays open, read piece by piece. */
  async open(path: string, user = 'alice', headers: Record<string, string> = {}): Promise<Reader> {
    const { proxy, authority } = this.server
    const sent = request({
      host: '127.0.0.1',
      port: this.server.server.port,
      ca: authority.certificate,
      cert: proxy.certificate,
      key: proxy.key,
      agent: false,
      path,
      headers: { ...as(user), ...headers },
    })
    sent.end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return new Reader(response)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
  }
}

export class Reader {
  readonly response: IncomingMessage
  readonly bytes: Buffer[] = []
  ended: 'whole' | 'cut' | undefined
  readonly #wake: Array<() => void> = []

  constructor(response: IncomingMessage) {
    this.response = response
    const stir = () => {
      for (const wake of this.#wake.splice(0)) wake()
    }
    response.on('data', (bytes: Buffer) => {
      this.bytes.push(bytes)
      stir()
    })
    response.on('error', () => undefined)
    response.on('close', () => {
      this.ended = response.complete ? 'whole' : 'cut'
      stir()
    })
  }

  get text(): string {
    return Buffer.concat(this.bytes).toString()
  }

  /** Waits until the text so far is as it should be. */
  async until(holds: (text: string) => boolean): Promise<string> {
    while (!holds(this.text)) {
      if (this.ended !== undefined) throw new Error(`ended (${this.ended}) with ${JSON.stringify(this.text)}`)
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
    return this.text
  }

  async end(): Promise<'whole' | 'cut'> {
    while (this.ended === undefined) await new Promise<void>((resolve) => this.#wake.push(resolve))
    return this.ended
  }

  leave(): void {
    this.response.destroy()
  }
}
