import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { isFault } from '../protocol/fault.ts'
import { parseShallowJson } from '../protocol/nesting.ts'
import { type ClientCertificate, type CurrentCredentials, openCredentials } from './credentials.ts'
import { fault } from './faults.ts'
import { type HeaderLines, identityHeaders } from './headers.ts'
import type { Requests } from './http.ts'
import { fullPath, type Query } from './request-path.ts'
import type { Origin, ResolvedConnection } from './resolved.ts'
import { dismiss, whenAsked } from './retry.ts'
import { openSockets, type Sockets } from './sockets.ts'
import { faultFromAnswer, notAnApiServer } from './status.ts'

/** The API server ends a plain request of its own accord after 60 s; past that nobody is there any more. */
const PATIENCE_MS = 75_000

export interface RequestOptions {
  readonly method?: string
  /** Starts with `/`; make it with `apiPath`. */
  readonly path: string
  readonly query?: Query
  readonly headers?: HeaderLines
  readonly body?: Buffer | string
  /** Instead of --request-timeout; 0 is no limit. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What `new WebSocket(url, protocols, { headers, createConnection })` of `ws` needs. */
export interface UpgradeOptions {
  readonly url: string
  readonly protocols: readonly string[]
  /** A value may be a list although @types/ws does not say so: node:http writes a line for each. */
  readonly headers: Record<string, string>
  readonly createConnection: (options: unknown, created: (error: Error | null, socket: Socket) => void) => undefined
  /** After a 401 on this upgrade: true when there are new credentials and asking for new options makes sense. */
  readonly refresh: () => Promise<boolean>
}

export interface KubeConnection {
  readonly resolved: ResolvedConnection
  /** Any answer, also one that reports an error; only what keeps an answer from coming is a Fault. */
  request(options: RequestOptions): Promise<Answer>
  /** The answer's head with its body unread, for watches and logs. Without `timeoutMs` it has no limit. */
  open(options: RequestOptions): Promise<IncomingMessage>
  /** The decoded body of a successful answer; everything else is a Fault (see `statusOf`). */
  getJson<Body>(path: string, options?: Omit<RequestOptions, 'path'>): Promise<Body>
  /**
   * Dials one socket ahead for the next upgrade: call it once for each, before anything slow is loaded. A plain request
   * in between borrows one and has it replaced. Rejects with a Fault.
   */
  warm(): Promise<void>
  upgradeOptions(path: string, query: Query, protocols: readonly string[]): Promise<UpgradeOptions>
  /** Ends idle sockets, requests and a running plugin. Upgraded sockets are their owners'. */
  close(): void
}

export interface ConnectionOptions {
  /** The version for User-Agent. */
  readonly version?: string
  /** False while stdin is read by somebody else, so that no credential plugin takes it over. */
  readonly stdinFree?: () => boolean
}

/** Opens nothing yet: the first request, `warm` or upgrade does. */
export function openConnection(resolved: ResolvedConnection, options: ConnectionOptions = {}): KubeConnection {
  const { server, impersonation, origin } = resolved
  const userAgent = `kube-audit-exec/${options.version ?? 'unknown'}`
  const credentials = openCredentials(resolved.identity, options)
  const sockets = openSockets(resolved)
  const headersFor = (current: CurrentCredentials): HeaderLines => identityHeaders(current, impersonation, userAgent)
  const sender = openSender(server, sockets)
  const send = (current: CurrentCredentials, asked: RequestOptions): Promise<IncomingMessage> =>
    sender.send({ ...asked, headers: { ...headersFor(current), ...asked.headers } }, current.certificate)
  const authorized = async (asked: RequestOptions): Promise<IncomingMessage> => {
    const current = await credentials.current()
    const first = await send(current, asked)
    if (first.statusCode !== 401 || !(await credentials.refresh(current))) return first
    dismiss(first)
    return send(await credentials.current(), asked)
  }
  const open = (asked: RequestOptions): Promise<IncomingMessage> => whenAsked(() => authorized(asked), asked.signal)
  const request = async (asked: RequestOptions): Promise<Answer> => {
    const timeoutMs = asked.timeoutMs ?? (resolved.requestTimeoutMs || PATIENCE_MS)
    const response = await open({ ...asked, timeoutMs })
    return { status: response.statusCode ?? 0, headers: response.headers, body: await sender.readBody(response) }
  }
  const explained = <Result>(work: Promise<Result>): Promise<Result> =>
    work.catch((error: unknown) => {
      throw explainDefault(error, origin)
    })

  return {
    resolved,
    open: (asked) => explained(open(asked)),
    request: (asked) => explained(request(asked)),
    getJson: async <Body>(path: string, asked: Omit<RequestOptions, 'path'> = {}) =>
      decodeJson<Body>(await explained(request({ ...asked, path }))),
    warm: () => explained(credentials.current().then(({ certificate }) => sockets.warm(certificate))),
    upgradeOptions: async (path, query, protocols) => {
      const current = await credentials.current()
      const scheme = server.protocol === 'https:' ? 'wss' : 'ws'
      return {
        url: `${scheme}://${server.host}${fullPath(server, path, query)}`,
        protocols,
        headers: headersFor(current) as Record<string, string>,
        createConnection: connectWith(sockets, current, origin),
        refresh: () => credentials.refresh(current),
      }
    },
    close: () => {
      credentials.close()
      sockets.close()
      sender.close()
    },
  }
}

interface Sender {
  send(asked: RequestOptions, certificate: ClientCertificate | undefined): Promise<IncomingMessage>
  readBody(response: IncomingMessage): Promise<Buffer>
  close(): void
}

/** node:http takes longer to load than a TCP handshake: by then the warmed sockets are on their way. */
function openSender(server: URL, sockets: Sockets): Sender {
  let requests: Promise<Requests> | undefined
  const load = (): Promise<Requests> => {
    requests ??= import('./http.ts').then(({ openRequests }) => openRequests(sockets.lend))
    return requests
  }
  return {
    send: async (asked, certificate) => {
      const request = {
        method: asked.method ?? 'GET',
        server,
        path: fullPath(server, asked.path, asked.query),
        headers: asked.headers ?? {},
        body: typeof asked.body === 'string' ? Buffer.from(asked.body) : asked.body,
        timeoutMs: asked.timeoutMs ?? 0,
        signal: asked.signal,
      }
      return (await load()).send(request, certificate)
    },
    readBody: async (response) => (await import('./http.ts')).readBody(response, server),
    close: () => void requests?.then((opened) => opened.close()),
  }
}

function connectWith(
  sockets: Sockets,
  current: CurrentCredentials,
  origin: Origin,
): UpgradeOptions['createConnection'] {
  return (_options, created) => {
    sockets.take(current.certificate).then(
      (socket) => created(null, socket),
      (error: unknown) => created(explainDefault(error, origin) as Error, undefined as never),
    )
  }
}

/** Nobody asked for localhost:8080: say why it was tried. */
function explainDefault(error: unknown, origin: Origin): unknown {
  if (origin.kind !== 'default' || !isFault(error) || error.code !== 'KAE_KUBE_UNREACHABLE') return error
  const looked = origin.looked.length === 0 ? 'nowhere' : origin.looked.join(', ')
  const next = `Set KUBECONFIG, --kubeconfig or --context: no kubeconfig gives a server for the current context (looked at ${looked}).`
  return fault('KAE_KUBE_UNREACHABLE', { detail: error.detail ?? '', next, cause: error.cause })
}

function decodeJson<Body>({ status, headers, body }: Answer): Body {
  const contentType = headers['content-type'] ?? ''
  if (status >= 400) throw faultFromAnswer({ status, contentType, body })
  if (status >= 300) throw notAnApiServer({ status, contentType })
  const value = parseShallowJson(body.toString('utf8'))
  // Whatever an API server answers is an object: JSON alone may be null.
  if (typeof value !== 'object' || value === null) throw notAnApiServer({ status, contentType })
  return value as Body
}
