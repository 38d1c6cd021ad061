/** One session as a document, from wherever it was recorded to wherever it is wanted. */
import { tmpdir } from 'node:os'
import type { ReadRecord } from '../../protocol/read-record.ts'
import type { SessionLibrary } from '../../protocol/session-library.ts'
import { deriveCommands } from '../../recording/commands/derive.ts'
import { asciicastV2 } from '../../recording/formats/asciicast-v2.ts'
import { asciicastV3 } from '../../recording/formats/asciicast-v3.ts'
import type { CastOptions } from '../../recording/formats/cast-events.ts'
import type { Encoder, Loss } from '../../recording/formats/format.ts'
import { jsonLines } from '../../recording/formats/json.ts'
import { plainTextDocument } from '../../recording/formats/text.ts'
import { ChainCheck } from '../chain-check.ts'
import { fault as readingFault } from '../faults.ts'
import type { ResolvedSession } from '../resolve-session.ts'
import { fault } from './faults.ts'
import type { ExportFormat } from './format-name.ts'
import { openSpool, type Sink } from './sink.ts'
import { writePage } from './write-page.ts'
import { writeScript } from './write-script.ts'

export interface ExportOptions {
  readonly format: ExportFormat
  /** With what was typed. */
  readonly input: boolean
  /** With what was typed while the terminal did not echo. */
  readonly secrets: boolean
  /** Seconds. */
  readonly idleLimit?: number | undefined
}

/** Where it comes from and goes to. */
export interface ExportPlace {
  readonly library: SessionLibrary
  readonly resolved: ResolvedSession
  /** By the name that is added to that of the file: '' for the document itself. */
  readonly sink: (suffix: string) => Promise<Sink>
  /** After each record that was read. */
  readonly advance: () => void
  readonly signal: AbortSignal
}

export interface ExportReport {
  readonly records: number
  readonly losses: ReadonlySet<Loss>
}

/** What every format's writer gets. */
export interface ExportSource {
  readonly resolved: ResolvedSession
  readonly records: AsyncIterable<ReadRecord>
  /** Follows the records as they are read. */
  readonly chain: ChainCheck
  readonly cast: CastOptions
}

/** Writes it all and commits it, or leaves nothing behind. @throws Fault KAE_EXPORT_*, KAE_READING_* */
export async function exportSession(options: ExportOptions, place: ExportPlace): Promise<ExportReport> {
  refuseFlags(options)
  const sinks: Sink[] = []
  const open = async (suffix: string): Promise<Sink> => {
    const sink = await place.sink(suffix)
    sinks.push(sink)
    return sink
  }
  try {
    const source = await sourceOf(options, place)
    const losses = await write(options.format, source, open)
    for (const sink of sinks) await sink.commit()
    return { records: source.chain.next, losses }
  } catch (error) {
    for (const sink of sinks) await sink.discard()
    throw error
  }
}

/** What a format cannot do is not left out in silence. */
function refuseFlags({ format, input, secrets, idleLimit }: ExportOptions): void {
  const timeless = format === 'json' || format === 'text'
  if (timeless && idleLimit !== undefined) throw fault('KAE_EXPORT_FLAGS', { detail: `--idle-limit with ${format}` })
  if (format === 'text' && input) throw fault('KAE_EXPORT_FLAGS', { detail: '--input with text' })
  if (secrets && !input) {
    throw fault('KAE_EXPORT_FLAGS', { detail: '--secrets without --input', next: 'Add --input, or leave it out.' })
  }
}

async function sourceOf(
  options: ExportOptions,
  { library, resolved, advance, signal }: ExportPlace,
): Promise<ExportSource> {
  const { input, secrets, format, idleLimit } = options
  const chain = new ChainCheck(resolved.id)
  const cast: CastOptions = {
    ...(resolved.at === undefined ? {} : { from: resolved.at }),
    ...(idleLimit === undefined ? {} : { idleLimit }),
    ...(input ? { input: { leftOut: secrets ? new Set() : await hiddenIn(library, resolved) } } : {}),
    ...(format === 'json' || format === 'typescript' ? {} : { commands: await library.commands(resolved.id) }),
  }
  const records = checked(library.records(resolved.id, { signal }), { chain, advance, signal })
  return { resolved, chain, cast, records }
}

/** The input records that hold what was typed while the terminal did not echo. */
async function hiddenIn(library: SessionLibrary, { id, session }: ResolvedSession): Promise<ReadonlySet<number>> {
  if (!session.spec.target.tty) return new Set()
  return new Set((await deriveCommands(library.records(id))).hiddenSeqs)
}

interface Reading {
  readonly chain: ChainCheck
  readonly advance: () => void
  readonly signal: AbortSignal
}

async function* checked(
  records: AsyncIterable<ReadRecord>,
  { chain, advance, signal }: Reading,
): AsyncGenerator<ReadRecord> {
  for await (const record of records) {
    signal.throwIfAborted()
    const wrong = chain.take(record)
    if (wrong !== undefined) throw readingFault('KAE_READING_CHAIN_BROKEN', { detail: wrong })
    yield record
    advance()
  }
  // Reading that was told to stop ends as if there were no more.
  signal.throwIfAborted()
}

type OpenSink = (suffix: string) => Promise<Sink>

async function write(format: ExportFormat, source: ExportSource, open: OpenSink): Promise<ReadonlySet<Loss>> {
  switch (format) {
    case 'asciicast-v2':
      return encode(asciicastV2(source.cast), source, await open(''))
    case 'asciicast-v3':
      return encode(asciicastV3(source.cast), source, await open(''))
    case 'json':
      return encode(jsonLines(), source, await open(''))
    case 'text':
      return encode(await plainTextDocument({ commands: [], ...source.cast }), source, await open(''))
    case 'typescript':
      return writeScript(source, open)
    case 'html': {
      await using spool = await openSpool(tmpdir())
      return await writePage(source, { sink: await open(''), spool })
    }
  }
}

async function encode(encoder: Encoder, { resolved, records }: ExportSource, sink: Sink): Promise<ReadonlySet<Loss>> {
  await sink.write(encoder.start(resolved.session))
  for await (const record of records) await sink.write(encoder.record(record))
  await sink.write(encoder.finish())
  return encoder.losses
}
