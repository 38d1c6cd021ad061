import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { isFault } from '../../../src/protocol/fault.ts'
import type { RecordedCommand } from '../../../src/protocol/recorded-command.ts'
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import type { ContentRequest } from '../../content/request.ts'
import { fault } from '../faults.ts'
import { isTrue, sessionQuery, wholeNumber } from './asking.ts'
import { whileAllowed } from './asking-again.ts'
import {
  type Document,
  documentIn,
  LIST_FORMATS,
  type ListFormat,
  STREAM_FORMATS,
  type StreamFormat,
} from './document.ts'
import { Outlet } from './outlet.ts'
import { type Question, type Reading, readerOf, sendJson } from './question.ts'
import { decideWithholding, echoIsUnknown, withholdTyped } from './withholding.ts'

const IDLE_MS = 15_000
/** So long a reader keeps the thread that records busy without a break. */
const TURN_MS = 2

interface Asked {
  readonly format: StreamFormat | ListFormat
  readonly follow: boolean
  readonly fromSeq: number
}

/** `GET …/sessions/{id}/log` */
export async function readContent(reading: Reading, question: Question): Promise<void> {
  const { reader, namespace = '', id = '' } = question
  const asked = parseAsked(question.parameters)
  using _place = reading.readers.enter(reader.username)
  const session = await reading.visibility.findContent(reader, { namespace, id })
  // How much there was by when, as a list of sessions tells it too, and no content: so that is not on record.
  if (asked.format === 'waypoints') return await sendWaypoints(reading, question, session)
  const secrets = await mayKnowSecrets(reading, question, session)
  const sight = { session, secrets, follow: asked.follow }
  const withholding = await decideWithholding(sight, () => reading.hiddenSeqs(session.metadata.name))
  const commands =
    asked.format.startsWith('asciicast') || asked.format === 'commands'
      ? await commandsOf(reading, session, secrets)
      : []
  // Nothing of the session has left yet; from here on it is on record that it did.
  await reading.journal.record({
    ...readerOf(question),
    type: 'read',
    session: session.metadata.name,
    ...asked,
    secrets,
  })
  if (asked.format === 'commands') return sendJson(question.response, 200, { items: commands })
  const from = asked.fromSeq > 0 ? await reading.startOf(session.metadata.name, asked.fromSeq) : undefined
  const content = { ...asked, format: asked.format, session, commands, withholding, ...(from && { from }) }
  await stream(reading, question, { ...content, secrets: secrets && session.spec.target.tty })
}

async function sendWaypoints({ library }: Reading, { response }: Question, session: SessionObject): Promise<void> {
  const items = await (await library()).waypoints(session.metadata.name)
  sendJson(response, 200, { items })
}

function parseAsked(parameters: URLSearchParams): Asked {
  // Refuses every parameter that is not known.
  sessionQuery(new URLSearchParams([...parameters].filter(([name]) => !OWN.has(name))), undefined)
  for (const name of OWN) if (parameters.getAll(name).length > 1) throw invalid(`${name} is given more than once`)
  const text = parameters.get('format') ?? 'text'
  const format = [...STREAM_FORMATS, ...LIST_FORMATS].find((known) => known === text)
  if (format === undefined) throw invalid(`format is one of ${[...STREAM_FORMATS, ...LIST_FORMATS].join(', ')}`)
  const follow = isTrue(parameters.get('follow'))
  const fromSeq = wholeNumber('fromSeq', parameters.get('fromSeq') ?? '0')
  const isList = LIST_FORMATS.some((list) => list === format)
  if (fromSeq > 0 && (isList || format.startsWith('asciicast'))) throw invalid(`${format} begins at the start`)
  if (follow && isList) throw invalid(`${format} cannot be followed`)
  return { format, follow, fromSeq }
}

const OWN = new Set(['format', 'follow', 'fromSeq'])

const invalid = (detail: string) => fault('KAE_READ_QUERY_INVALID', { detail })

/** Where nobody can be asked, nobody has this right: their own session is theirs to read all the same. */
async function mayKnowSecrets({ visibility }: Reading, { reader }: Question, session: SessionObject): Promise<boolean> {
  return visibility.secrets(reader, session).catch((error: unknown) => {
    if (isFault(error) && error.code === 'KAE_READ_UNREVIEWED') return false
    throw error
  })
}

async function commandsOf(
  { library }: Reading,
  session: SessionObject,
  secrets: boolean,
): Promise<readonly RecordedCommand[]> {
  const commands = await (await library()).commands(session.metadata.name)
  return secrets || !echoIsUnknown(session) ? commands : withholdTyped(commands)
}

interface Streaming extends ContentRequest {
  /** With what only those with sessions/secrets may know. */
  readonly secrets: boolean
}

async function stream(reading: Reading, question: Question, streaming: Streaming): Promise<void> {
  const outlet = new Outlet(question.response, reading.limits)
  const { secrets, ...request } = streaming
  const document = documentIn(request.format, [])
  const revoked = whileAllowed(reading, question, () => mayGoOn(reading, question, secrets))
  const signal = AbortSignal.any([outlet.gone, reading.stopping, revoked])
  outlet.start(document.contentType)
  if (request.follow) void keepAlive(outlet, document.idle, signal)
  try {
    await sendContent(reading, { request, outlet, signal })
    if (signal.aborted) return await leave(outlet, document, revoked)
    await outlet.end()
  } catch (error) {
    if (!isFault(error)) reading.report(error)
    await leave(outlet, document, AbortSignal.abort(isFault(error) ? error : fault('KAE_READ_UNAVAILABLE')))
  }
}

async function sendContent(
  { content }: Reading,
  {
    request,
    outlet,
    signal,
  }: { readonly request: ContentRequest; readonly outlet: Outlet; readonly signal: AbortSignal },
): Promise<void> {
  let since = performance.now()
  for await (const bytes of content(request, signal)) {
    if (signal.aborted) return
    await outlet.push(bytes)
    if (performance.now() - since < TURN_MS) continue
    // Whoever records comes first: a long recording is given in small portions, between what else there is to do.
    await nextTurn()
    since = performance.now()
  }
}

/** Ends a stream that is not whole: in words where there is a place for them, and so that nobody takes it for whole. */
async function leave(outlet: Outlet, document: Document, why: AbortSignal): Promise<void> {
  if (!isFault(why.reason) || document.fault === undefined || outlet.gone.aborted) return outlet.cut()
  const words = document.fault(why.reason)
  if (!document.hasEnd) return outlet.breakOff(words)
  await outlet.push(words)
  await outlet.end()
}

async function keepAlive(outlet: Outlet, idle: Uint8Array | undefined, signal: AbortSignal): Promise<void> {
  if (idle === undefined) return
  const next = () => pause(IDLE_MS, true, { signal, ref: false }).catch(() => false)
  while (await next()) await outlet.push(idle)
}

/** Still the session, and still what of it only some may know. */
async function mayGoOn(reading: Reading, question: Question, secrets: boolean): Promise<boolean> {
  const { reader, namespace = '', id = '' } = question
  try {
    const session = await reading.visibility.findContent(reader, { namespace, id })
    return !secrets || (await reading.visibility.secrets(reader, session))
  } catch (error) {
    if (isFault(error) && ['KAE_READ_FORBIDDEN', 'KAE_READ_NOT_FOUND'].includes(error.code)) return false
    throw error
  }
}
