import type { IncomingMessage } from 'node:http'
import type { KubeConnection, RequestOptions } from '../../kube/connection.ts'

/** A long answer that can be left at any time: its signal ends the answer, and nothing else on its connection. */
export async function openStream(connection: KubeConnection, options: RequestOptions): Promise<IncomingMessage> {
  const response = await connection.open(options)
  // Between two turns of a loop over it, nobody else hears that it broke; the loop does in its next turn.
  response.on('error', () => undefined)
  return response
}
