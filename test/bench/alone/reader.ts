/** Asks the server for recordings as the API server does for a user. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { sessionsPath } from '../../../src/protocol/api.ts'
import { GROUP, type LoadPlace, NAMESPACE, uidOf, userOf } from './population.ts'

const headers = { 'X-Remote-User': userOf(0), 'X-Remote-Uid': uidOf(0), 'X-Remote-Group': GROUP }

export class Reader implements Disposable {
  readonly #port: number
  readonly #agent: Agent

  constructor({ port, ca, certificate, key }: LoadPlace) {
    this.#port = port
    // As the API server has them towards a server of its own: connections that stay.
    const files = { ca: readFileSync(ca), cert: readFileSync(certificate), key: readFileSync(key) }
    this.#agent = new Agent({ keepAlive: true, ...files })
  }

  /** Resolves with the answer's head. */
  async get(path: string, signal?: AbortSignal): Promise<IncomingMessage> {
    const to = { host: '127.0.0.1', port: this.#port, path, headers, agent: this.#agent }
    const sent = request({ ...to, ...(signal && { signal }) })
    sent.end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode}`)
    return response
  }

  /** Where the content of the user's only session in this phase is. */
  async contentPath(phase: 'Live' | 'Ended'): Promise<string> {
    let text = ''
    for await (const part of await this.get(`${sessionsPath(NAMESPACE)}?phase=${phase}`)) text += String(part)
    const { items } = JSON.parse(text) as { items: Array<{ metadata: { name: string } }> }
    const id = items[0]?.metadata.name
    if (id === undefined) throw new Error(`${userOf(0)} has no session that is ${phase}`)
    return sessionsPath(NAMESPACE, id, 'log')
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }
}
