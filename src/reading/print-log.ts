/** `sessions log`: what a session showed, for a person, a pipe, or a program. */
import type { ReadRecord } from '../protocol/read-record.ts'
import type { SessionLibrary } from '../protocol/session-library.ts'
import type { SessionObject } from '../protocol/session-object.ts'
import { asciiJson } from '../recording/escape.ts'
import { isoTime, recordJson, recordLine } from '../recording/lines.ts'
import { fault } from './faults.ts'
import { hiddenInput } from './hidden-input.ts'
import { type LogLine, openLogLines } from './print/log-lines.ts'
import { contactTeller, type Output } from './print/output.ts'
import { bytesWords } from './print/session-columns.ts'
import { durationWords } from './print/times.ts'
import type { ResolvedSession } from './resolve-session.ts'

interface LinesFormat {
  /** What was shown. */
  readonly format: 'lines'
  readonly timestamps: boolean
  /** What was typed as well. */
  readonly input: boolean
  /** And of it what was typed while the terminal did not echo. */
  readonly secrets: boolean
}

interface RecordsFormat {
  /** Each record, as text or as JSON; or the output's own bytes. */
  readonly format: 'records' | 'json' | 'raw'
}

export type LogRequest = (LinesFormat | RecordsFormat) & { readonly follow: boolean }

interface LogSource {
  readonly library: SessionLibrary
  readonly resolved: ResolvedSession
  /** Where the library gives records in their time: the same without that. */
  readonly atOnce?: SessionLibrary
}

/** @throws Fault KAE_RAW_ON_TERMINAL, and those of the library */
export async function printLog(
  { library, resolved, atOnce = library }: LogSource,
  request: LogRequest,
  output: Output,
): Promise<void> {
  const { session, id, at = 0 } = resolved
  if (request.format === 'raw' && output.columns !== undefined) throw fault('KAE_RAW_ON_TERMINAL')
  const { follow } = request
  const records = library.records(id, { follow, onContact: contactTeller(output) })
  if (request.format === 'lines') {
    const missing = request.input ? undefined : missingWords(session)
    if (missing !== undefined) output.say(missing)
    const isHidden = await hiddenOf(atOnce, session, request)
    await printLines(records, { ...request, isHidden, terminal: session.spec.target.tty, from: at }, output)
  } else
    for await (const record of records) if (record.elapsed >= at) await output.write(recordText(record, request.format))
  const lasted = session.status.durationMs
  if (lasted !== undefined && at > lasted * 1000) output.say(`The session lasted ${durationWords(lasted)}.`)
  if (session.status.phase === 'Live' && !follow) output.say('The session is live: -f follows it.')
}

/** Without a terminal nothing is hidden: what is piped in is data. What was echoed turns out later than it was typed. */
async function hiddenOf(
  library: SessionLibrary,
  { metadata, spec, status }: SessionObject,
  { input, secrets, follow }: LinesFormat & { readonly follow: boolean },
): Promise<(seq: number) => boolean> {
  if (!input || secrets || !spec.target.tty) return () => false
  if (follow && status.phase === 'Live') return () => true
  const hidden = await hiddenInput(library.records(metadata.name))
  return (seq) => hidden.has(seq)
}

/** Who sees nothing must not take it for nothing. */
function missingWords({ spec, status }: SessionObject): string | undefined {
  if (spec.policy.record === 'Input')
    return 'What this session showed is not on record (policy: input alone); --input prints what was typed.'
  const { output, errorOutput } = status.digests ?? {}
  const bytes = (output?.bytes ?? 0) + (errorOutput?.bytes ?? 0)
  if (bytes === 0) return undefined
  return `This session had no terminal: the ${bytesWords(bytes)} that it wrote are counted and hashed, not on record.`
}

interface LinesRequest extends LinesFormat {
  readonly terminal: boolean
  readonly isHidden: (seq: number) => boolean
  /** µs: what was completed before is left out. */
  readonly from: number
}

async function printLines(records: AsyncIterable<ReadRecord>, request: LinesRequest, output: Output): Promise<void> {
  const lines = await openLogLines(request)
  const print = async (complete: readonly LogLine[]): Promise<void> => {
    const text = complete
      .filter(({ elapsed }) => elapsed >= request.from)
      .map((line) => `${lineText(line, request, output)}\n`)
    if (text.length > 0) await output.write(text.join(''))
  }
  for await (const record of records) await print(lines.take(record))
  await print(lines.finish())
}

function lineText({ source, text, time }: LogLine, { timestamps }: LinesFormat, { paint }: Output): string {
  const when = timestamps ? `${paint('dim', isoTime(time))}  ` : ''
  switch (source) {
    case 'output':
      return `${when}${text}`
    case 'input':
      return `${when}${paint('cyan', `[typed] ${text}`)}`
    case 'note':
      return `${when}${paint('dim', `[${text}]`)}`
  }
}

function recordText(record: ReadRecord, format: 'records' | 'json' | 'raw'): string | Uint8Array {
  switch (format) {
    case 'raw':
      return record.kind === 'output' || record.kind === 'errorOutput' ? record.payload : ''
    case 'records':
      return record.kind === 'withheld' ? `${withheldLine(record)}\n` : `${recordLine(record)}\n`
    case 'json':
      return record.kind === 'withheld' ? `${withheldJson(record)}\n` : `${recordJson(record)}\n`
  }
}

type Withheld = Extract<ReadRecord, { readonly kind: 'withheld' }>

const withheldLine = ({ time, of, payloadBytes }: Withheld): string =>
  `${isoTime(time)}  ${of.padEnd(12)}  ${payloadBytes} bytes that you may not see`

const withheldJson = ({ session, seq, time, elapsed, of, payloadBytes }: Withheld): string =>
  asciiJson({ session, seq, time: isoTime(time), elapsedMicros: elapsed, kind: 'withheld', of, payloadBytes })
