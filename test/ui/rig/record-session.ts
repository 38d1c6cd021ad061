/** A session in the sandbox, through its API server, as the program that records it would send it. */
import { once } from 'node:events'
import { SESSION_SUBPROTOCOL, sessionsPath } from '../../../src/protocol/api.ts'
import { decodeCollectorMessage, encodeAppend, encodeHello } from '../../../src/protocol/messages.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import { type Dialled, dial } from '../../sandbox/rig.ts'
import { draft, endDraft, newId, openHello, TARGET } from '../../server-min/rig/client.ts'

interface Recorded {
  readonly user: string
  readonly namespace: string
  /** What was typed, and came back. */
  readonly line: string
}

export interface OpenSession {
  readonly id: SessionId
  end(): Promise<void>
}

export async function recordSession(dialled: Dialled, { user, namespace, line }: Recorded): Promise<OpenSession> {
  const id = newId()
  const socket = dial(dialled, sessionsPath(namespace, id, 'attach'), { user, protocols: [SESSION_SUBPROTOCOL] })
  const opened = new Promise<void>((resolve) => {
    socket.on('message', (bytes: Buffer) => {
      if (decodeCollectorMessage(bytes).type === 'opened') resolve()
    })
  })
  await once(socket, 'open')
  socket.send(encodeHello(openHello({ ...TARGET, namespace })))
  await opened
  socket.send(encodeAppend(1, [draft('input', `${line}\r`), draft('output', `${line}\r\n`)]))
  const end = async (): Promise<void> => {
    const closed = once(socket, 'close')
    socket.send(encodeAppend(3, [endDraft()]))
    await closed
  }
  return { id, end }
}
