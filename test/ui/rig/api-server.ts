/** A real API server as far as the screen asks it: pods in pages and watches, and whatever goes wrong with it. */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { PodObject } from '../../../src/ui/state/pod-row.ts'

/** A Status that is answered in place of anything else. */
export interface Refusal {
  readonly code: number
  readonly reason: string
  readonly message: string
}

export interface Asked {
  readonly url: URL
  readonly isWatch: boolean
}

export class ApiServer implements AsyncDisposable {
  readonly requests: Asked[] = []
  pods: readonly PodObject[]
  /** Asked first. A request that is `ignored` is never answered. */
  refuse: (asked: Asked) => Refusal | 'ignored' | undefined = () => undefined
  readonly #server: Server
  readonly #watches = new Set<ServerResponse>()
  #version = 1
  #look = (): void => {}

  private constructor(pods: readonly PodObject[]) {
    this.pods = pods
    this.#server = createServer((request, response) => this.#answer(request, response))
  }

  static async start(pods: readonly PodObject[], port = 0): Promise<ApiServer> {
    const server = new ApiServer(pods)
    await once(server.#server.listen(port, '127.0.0.1'), 'listening')
    return server
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  kubeconfig(folder: string, { name = 'blue', namespace = 'default' } = {}): string {
    const path = join(folder, `${name}.yaml`)
    const config = {
      'current-context': name,
      contexts: [{ name, context: { cluster: name, user: name, namespace } }],
      clusters: [{ name, cluster: { server: this.url } }],
      users: [{ name, user: { token: 'secret' } }],
    }
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 })
    return path
  }

  get watches(): number {
    return this.#watches.size
  }

  /** To everybody who watches. */
  tell(type: string, object: object): void {
    this.#version += 1
    const { metadata = {} } = object as PodObject
    const versioned = { ...object, metadata: { ...metadata, resourceVersion: String(this.#version) } }
    for (const watch of this.#watches) watch.write(`${JSON.stringify({ type, object: versioned })}\n`)
  }

  /** As the API server does it when their time is over. */
  endWatches(): void {
    for (const watch of this.#watches) watch.end()
  }

  /** As a cable does it that is pulled out. */
  cut(): void {
    this.#server.closeAllConnections()
  }

  /** Until so much has been asked. */
  async until(holds: (server: this) => boolean): Promise<void> {
    if (holds(this)) return
    await new Promise<void>((resolve) => {
      this.#look = () => holds(this) && resolve()
    })
    this.#look = () => {}
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.cut()
    if (this.#server.listening) await once(this.#server, 'close')
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://x')
    const asked = { url, isWatch: url.searchParams.has('watch') }
    this.requests.push(asked)
    const refusal = this.refuse(asked)
    if (refusal === undefined) this.#serve(asked, response)
    else if (refusal !== 'ignored') send(response, refusal.code, statusOf(refusal))
    this.#look()
  }

  #serve({ url, isWatch }: Asked, response: ServerResponse): void {
    const namespace = /^\/api\/v1\/(?:namespaces\/([^/]+)\/)?pods$/.exec(url.pathname)
    if (namespace !== null && isWatch) this.#watch(response)
    else if (namespace !== null) send(response, 200, this.#page(url, namespace[1]))
    else if (url.pathname.endsWith('/selfsubjectaccessreviews')) send(response, 201, { status: { allowed: true } })
    else send(response, 404, statusOf({ code: 404, reason: 'NotFound', message: 'there is no such thing' }))
  }

  #page(url: URL, namespace: string | undefined): object {
    const all = this.pods.filter((pod) => namespace === undefined || pod.metadata?.namespace === namespace)
    const [from, limit] = [
      Number(url.searchParams.get('continue') ?? 0),
      Number(url.searchParams.get('limit') ?? all.length),
    ]
    const more = from + limit < all.length ? { continue: String(from + limit) } : {}
    const metadata = { resourceVersion: String(this.#version), ...more }
    return { kind: 'PodList', apiVersion: 'v1', metadata, items: all.slice(from, from + limit) }
  }

  #watch(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    this.#watches.add(response)
    response.on('close', () => {
      this.#watches.delete(response)
      this.#look()
    })
  }
}

const statusOf = (refusal: Refusal): object => ({ kind: 'Status', apiVersion: 'v1', status: 'Failure', ...refusal })

function send(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** So many, in the order of their names. */
export const manyPods = (count: number, make: (name: string) => PodObject): PodObject[] =>
  Array.from({ length: count }, (_, index) => make(`pod-${String(index).padStart(5, '0')}`))
