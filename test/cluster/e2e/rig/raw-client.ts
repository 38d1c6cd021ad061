/** A client that keeps to no order: sessions and execs by themselves, as an attacker or a bad program would send them. */
import { randomBytes } from 'node:crypto'
import { clusterConnector } from '../../../../src/collector/cluster.ts'
import { CollectorStream } from '../../../../src/collector/stream.ts'
import { type KubeConnection, openConnection } from '../../../../src/kube/connection.ts'
import { loadConnection } from '../../../../src/kube/load.ts'
import { apiPath } from '../../../../src/kube/request-path.ts'
import { openWebSocket, statusMessage } from '../../../../src/kube/web-socket.ts'
import { decodeServerFrame, EXEC_SUBPROTOCOLS, exitCodeOf } from '../../../../src/protocol/channel.ts'
import type { ExecTarget } from '../../../../src/protocol/session.ts'
import { makeSessionId, type SessionId } from '../../../../src/protocol/session-id.ts'
import { execQuery } from '../../../../src/session/target.ts'

export interface OpenSession {
  readonly id: SessionId
  /** Lets go of the stream, without an end record. */
  close(): void
}

export type ExecAnswer =
  | { readonly type: 'ran'; readonly output: string; readonly exitCode: number | undefined }
  | { readonly type: 'refused'; readonly status: number; readonly message: string }

export class RawClient implements Disposable {
  readonly #connection: KubeConnection

  constructor(kubeconfig: string) {
    this.#connection = openConnection(loadConnection({ kubeconfig }, { env: {} }), { version: 'e2e' })
  }

  async openSession(target: ExecTarget, id = makeSessionId(Date.now(), randomBytes(10))): Promise<OpenSession> {
    const { stream } = await CollectorStream.open({
      connector: clusterConnector(this.#connection),
      address: { id, namespace: target.namespace },
      request: { target, record: 'InputOutput', client: { name: 'e2e', version: '0', platform: 'test' } },
    })
    return { id, close: () => stream.abandon() }
  }

  /** Runs an exec with just the query that the target says; `query` replaces parts of it. */
  async exec(target: ExecTarget, query: Readonly<Record<string, unknown>> = {}): Promise<ExecAnswer> {
    const upgrade = await openWebSocket(this.#connection, {
      path: apiPath`/api/v1/namespaces/${target.namespace}/pods/${target.pod}/exec`,
      query: { ...execQuery(target), ...query } as ReturnType<typeof execQuery>,
      protocols: EXEC_SUBPROTOCOLS,
      timeoutMs: 20_000,
    })
    if (upgrade.type === 'refused') {
      const { refusal } = upgrade
      return { type: 'refused', status: refusal.status, message: statusMessage(refusal) ?? refusal.body.toString() }
    }
    const { promise, resolve } = Promise.withResolvers<ExecAnswer>()
    let [output, exitCode] = ['', undefined as number | undefined]
    upgrade.socket.on('message', (message: Buffer) => {
      const frame = decodeServerFrame(message)
      if (frame.type === 'stdout') output += frame.bytes
      if (frame.type !== 'status') return
      exitCode = exitCodeOf(frame.status)
      upgrade.socket.close()
    })
    upgrade.socket.on('close', () => resolve({ type: 'ran', output, exitCode }))
    upgrade.socket.resume()
    return promise
  }

  [Symbol.dispose](): void {
    this.#connection.close()
  }
}
