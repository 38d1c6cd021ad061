import { API_GROUP } from '../../../src/protocol/api.ts'
import { parseSessionId } from '../../../src/protocol/session-id.ts'
import { fault } from '../faults.ts'
import { type Question, type Reading, sendJson } from './question.ts'

/** So much of a reason goes on record whole. */
const MOST_BYTES = 1024

/**
 * `POST …/sessions/{id}/terminate` with `{ "reason": … }`. Whoever gets here may: the API server has asked for `create` on
 * sessions/terminate in this namespace.
 */
export async function terminateSession(reading: Reading, question: Question): Promise<void> {
  const { reader, response, namespace = '', id: text = '' } = question
  const reason = reasonOf(question.body)
  const id = parseSessionId(text)
  const runsHere = id !== undefined && reading.terminate.namespaceOf(id) === namespace
  const outcome = runsHere ? await reading.terminate.end(id, reader.username, reason) : 'unknown'
  if (outcome !== 'terminated') {
    // Whether it ever ran is told to those alone who may see it.
    await reading.visibility.find(reader, { namespace, id: text })
    throw fault('KAE_SESSION_NOT_LIVE')
  }
  sendJson(response, 200, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    message: 'the session has ended and its user was told why; what it started may still run in the container',
    details: { name: id, group: API_GROUP, kind: 'sessions' },
  })
}

function reasonOf(body: unknown): string {
  const { reason, ...others } = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const invalid = (detail: string) => fault('KAE_READ_QUERY_INVALID', { detail })
  if (Object.keys(others).length > 0) throw invalid('the body has one field, reason')
  if (typeof reason !== 'string' || reason.trim() === '') throw invalid('a reason is needed: {"reason": "…"}')
  if (Buffer.byteLength(reason) > MOST_BYTES) throw invalid(`a reason is ${MOST_BYTES} bytes at most`)
  return reason
}
