/** `sessions log`: what a session showed, for a person, a pipe, or a program. */
import type { ReadRecord } from '../protocol/read-record.ts'
import type { SessionLibrary } from '../protocol/session-library.ts'
import { asciiJson } from '../recording/escape.ts'
import { isoTime, recordJson, recordLine } from '../recording/lines.ts'
import { fault } from './faults.ts'
import { type LogLine, openLogLines } from './log-lines.ts'
import type { Output } from './output.ts'
import type { ResolvedSession } from './resolve-session.ts'

export interface LogRequest {
  /** `lines`: what was shown. `records`, `json`: each record, as text or as JSON. `raw`: the output's own bytes. */
  readonly format: 'lines' | 'records' | 'json' | 'raw'
  readonly follow: boolean
  readonly timestamps: boolean
  readonly input: boolean
}

/** @throws Fault KAE_RAW_ON_TERMINAL, and those of the library */
export async function printLog(
  { library, resolved }: { readonly library: SessionLibrary; readonly resolved: ResolvedSession },
  request: LogRequest,
  output: Output,
): Promise<void> {
  const { session, id, at = 0 } = resolved
  if (request.format === 'raw' && output.columns !== undefined) throw fault('KAE_RAW_ON_TERMINAL')
  const { follow } = request
  const records = library.records(id, { follow })
  if (request.format === 'lines') {
    const { tty } = session.spec.target
    if (session.spec.policy.record === 'Input' && !request.input)
      output.say('What this session showed is not on record (policy: input alone); --input prints what was typed.')
    await printLines(records, { ...request, terminal: tty, from: at }, output)
  } else
    for await (const record of records) if (record.elapsed >= at) await output.write(recordText(record, request.format))
  if (session.status.phase === 'Live' && !follow) output.say('The session is live: -f follows it.')
}

interface LinesRequest extends LogRequest {
  readonly terminal: boolean
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

function lineText({ source, text, time }: LogLine, { timestamps }: LogRequest, { paint }: Output): string {
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
