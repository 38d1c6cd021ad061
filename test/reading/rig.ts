/** A cluster's API for one session, with real frames on a real socket, and what goes wrong on the way by order. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type KubeConnection, openConnection } from '../../src/kube/connection.ts'
import { loadConnection } from '../../src/kube/load.ts'
import { GROUP_VERSION } from '../../src/protocol/api.ts'
import { NO_LINK, placeRecord } from '../../src/protocol/chain.ts'
import type { Draft, SessionRecord } from '../../src/protocol/record.ts'
import { makeSessionId, type SessionId } from '../../src/protocol/session-id.ts'
import type { SessionObject } from '../../src/protocol/session-object.ts'
import { type ClusterLibrary, openClusterLibrary } from '../../src/reading/cluster/cluster-library.ts'
import { draftOf, endOf, openingOf } from '../rig/opening.ts'

export const ID: SessionId = makeSessionId(1_700_000_000_000, Buffer.alloc(10, 3))

export const OPENING = openingOf({ authentication: 'request-header', target: { stderr: true } })

/** A session's records, chained as a log chains them. */
export function chained(drafts: readonly Draft[], session = ID): SessionRecord[] {
  let link = NO_LINK
  return drafts.map((each, seq) => {
    const placement = { session, seq, time: 1_700_000_000_000_000 + seq, link }
    link = placeRecord(each, placement).hash
    return { ...each, ...placement }
  })
}

export const RECORDS: readonly SessionRecord[] = chained([
  draftOf('open', OPENING),
  draftOf('input', Buffer.from('ls\r')),
  draftOf('output', Buffer.from('ls\r\na b\r\n')),
  draftOf('end', endOf({ input: { bytes: 3 } })),
])

const { target, ...opening } = OPENING
const { namespace, ...rest } = target

export const SESSION = {
  apiVersion: GROUP_VERSION,
  kind: 'Session',
  metadata: { name: ID, namespace, uid: ID, creationTimestamp: '2023-11-14T22:13:20Z', resourceVersion: '7' },
  spec: { ...opening, target: rest },
  status: {
    phase: 'Ended',
    startTime: '2023-11-14T22:13:20.000000Z',
    records: 4,
    inputBytes: 3,
    outputBytes: 9,
    errorOutputBytes: 0,
  },
} as unknown as SessionObject

export interface Served extends AsyncDisposable {
  readonly library: ClusterLibrary
  readonly connection: KubeConnection
  /** Path and query of each request so far. */
  readonly asked: readonly URL[]
  /** What the library said to its person. */
  readonly said: readonly string[]
}

export type Answering = (url: URL, response: ServerResponse, request: IncomingMessage) => void

export async function serve(answer: Answering, inNamespace = 'prod'): Promise<Served> {
  const asked: URL[] = []
  const said: string[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x')
    asked.push(url)
    answer(url, response, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const resolved = loadConnection({ server: `http://127.0.0.1:${port}` }, { env: { HOME: '/nowhere' } })
  const say = (line: string): void => void said.push(line)
  const connection = openConnection(resolved)
  const library = openClusterLibrary(connection, { place: 'cluster x', namespace: inNamespace, say })
  return {
    library,
    connection,
    asked,
    said,
    [Symbol.asyncDispose]: async () => {
      await library[Symbol.asyncDispose]()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export const sendJson = (response: ServerResponse, body: unknown, status = 200): void =>
  void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))

export const statusBody = (code: number, message: string): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  code,
  message,
  reason: 'X',
})
