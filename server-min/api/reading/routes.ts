/** Where reading is served: below the group's path, for users whom the API server vouches for. */
import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GROUP_VERSION } from '../../../src/protocol/api.ts'
import { isFault } from '../../../src/protocol/fault.ts'
import type { Identity } from '../../../src/protocol/session.ts'
import { parseBody } from '../body.ts'
import { fault } from '../faults.ts'
import { authenticate } from '../front-proxy.ts'
import { statusBody, statusOfFault } from '../status.ts'
import type { Trust } from '../trust.ts'
import { parametersOf, parseAsking } from './asking.ts'
import { readContent } from './content.ts'
import { getSession, listSessions } from './list.ts'
import { type Question, type Reading, type ReadingParts, sendJson } from './question.ts'
import { ReadJournal } from './read-journal.ts'
import { Readers } from './readers.ts'
import { searchCommands } from './search.ts'
import { terminateSession } from './termination.ts'
import { Visibility } from './visibility.ts'
import { watchSessions } from './watch.ts'

type Serve = (reading: Reading, question: Question) => Promise<void>

const ROOT = `/apis/${GROUP_VERSION}`
const INSIDE = `${ROOT}/namespaces/:namespace`
/** RFC 1123 label, as Kubernetes names namespaces. */
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
const BODY_BYTES = 16 * 1024

const listOrWatch: Serve = (reading, question) => {
  const asking = parseAsking(question.parameters, question.namespace)
  return asking.watch ? watchSessions(reading, question, asking) : listSessions(reading, question, asking)
}

const GETS: ReadonlyArray<readonly [path: string, serve: Serve]> = [
  [`${ROOT}/sessions`, listOrWatch],
  [`${INSIDE}/sessions`, listOrWatch],
  [`${INSIDE}/sessions/:id`, getSession],
  [`${INSIDE}/sessions/:id/log`, readContent],
  [`${ROOT}/commands`, searchCommands],
  [`${INSIDE}/commands`, searchCommands],
]

interface Params {
  readonly namespace?: string
  readonly id?: string
}

export function addReading(app: FastifyInstance, parts: ReadingParts, trust: Trust): void {
  const stopping = new AbortController()
  const shared = {
    visibility: new Visibility(parts.library, parts.access),
    journal: new ReadJournal(parts.note),
    readers: new Readers(parts.limits),
    key: randomBytes(32),
    stopping: stopping.signal,
  }
  const readers = new WeakMap<FastifyRequest, Identity>()
  // Before a byte of the body is looked at.
  const onRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const caller = authenticate(request.raw, trust.requestHeader, new Date())
    if (caller.type === 'user') return void readers.set(request, caller.identity)
    return reply
      .code(caller.http)
      .type('application/json')
      .send(Buffer.from(JSON.stringify(statusBody(caller.http, caller.why))))
  }
  const handler =
    (serve: Serve) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      reply.hijack()
      const reader = readers.get(request)
      try {
        if (reader === undefined) throw new Error('a request without its user')
        await serve({ ...parts, ...shared }, questionOf(request, reply, reader))
      } catch (error) {
        refuse(reply, error, parts.report)
      }
    }
  for (const [url, serve] of GETS) app.get(url, { onRequest, exposeHeadRoute: false }, handler(serve))
  void app.register((scope, _options, done) => {
    // `kubectl create --raw` says nothing of a type.
    scope.addContentTypeParser('*', { parseAs: 'string' }, parseBody)
    scope.post(`${INSIDE}/sessions/:id/terminate`, { onRequest, bodyLimit: BODY_BYTES }, handler(terminateSession))
    done()
  })
  app.addHook('preClose', async () => stopping.abort())
}

function questionOf(request: FastifyRequest, reply: FastifyReply, reader: Identity): Question {
  const { namespace, id } = request.params as Params
  if (namespace !== undefined && !NAMESPACE.test(namespace)) {
    throw fault('KAE_READ_QUERY_INVALID', { detail: 'this is no name of a namespace' })
  }
  return {
    reader,
    request: request.raw,
    response: reply.raw,
    parameters: parametersOf(request.raw.url),
    body: request.body,
    ...(namespace === undefined ? {} : { namespace }),
    ...(id === undefined ? {} : { id }),
  }
}

function refuse({ raw: response }: FastifyReply, error: unknown, report: ReadingParts['report']): void {
  if (!isFault(error)) report(error)
  if (response.headersSent) return void response.destroy()
  // What a bug of ours says may hold anything.
  if (!isFault(error)) return sendJson(response, 500, statusBody(500, 'the server failed'))
  sendJson(response, error.http, statusOfFault(error))
}
