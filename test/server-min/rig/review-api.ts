/** An API server that answers access reviews over TLS as a test says, and a kubeconfig for it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issue, makeAuthority } from '../../cluster/certificates.ts'

export interface AskedReview {
  readonly url: string | undefined
  readonly body: { readonly spec: object }
}

/** A status of a review, an HTTP status in place of one, or never an answer. */
export type ReviewAnswer = object | number | 'silence'

export class ReviewApi implements AsyncDisposable {
  readonly asked: AskedReview[] = []
  readonly kubeconfig: string
  answer: ReviewAnswer = { allowed: true }
  readonly #folder: string
  readonly #server: ReturnType<typeof createServer>

  private constructor(folder: string, server: ReturnType<typeof createServer>) {
    this.#folder = folder
    this.#server = server
    this.kubeconfig = join(folder, 'kubeconfig')
  }

  static async start(): Promise<ReviewApi> {
    const authority = await makeAuthority('api-ca')
    const { certificate, key } = await issue(authority, { commonName: 'api', names: ['127.0.0.1'] })
    const server = createServer({ cert: certificate, key })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const api = new ReviewApi(mkdtempSync(join(tmpdir(), 'kae-access-')), server)
    server.on('request', async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString()
      api.asked.push({ url: request.url, body: JSON.parse(body) })
      const { answer } = api
      if (answer === 'silence') return
      response.writeHead(typeof answer === 'number' ? answer : 201, { 'content-type': 'application/json' })
      const status = typeof answer === 'number' ? {} : answer
      response.end(JSON.stringify({ kind: 'SubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', status }))
    })
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    writeFileSync(api.kubeconfig, JSON.stringify(configOf(url, authority.certificate)))
    return api
  }

  /** Nobody listens any more, and who was connected is not. */
  async goAway(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.goAway()
    rmSync(this.#folder, { recursive: true })
  }
}

function configOf(server: string, authority: string): object {
  const ca = Buffer.from(authority).toString('base64')
  const named = (name: string, rest: object) => [{ name, ...rest }]
  return {
    clusters: named('c', { cluster: { server, 'certificate-authority-data': ca } }),
    users: named('u', { user: { token: 'server' } }),
    contexts: named('x', { context: { cluster: 'c', user: 'u' } }),
    'current-context': 'x',
  }
}
