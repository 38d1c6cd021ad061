/** One session as a document, from wherever it was recorded to wherever it is wanted. */
import { tmpdir } from 'node:os'
import { asciicastV2 } from '../../recording/formats/asciicast-v2.ts'
import { asciicastV3 } from '../../recording/formats/asciicast-v3.ts'
import type { Encoder, Loss } from '../../recording/formats/format.ts'
import { jsonLines } from '../../recording/formats/json.ts'
import { plainTextDocument } from '../../recording/formats/text.ts'
import { type ExportFrom, type ExportOptions, type ExportSource, openSource } from './export-source.ts'
import { fault } from './faults.ts'
import type { ExportFormat } from './format-name.ts'
import { openSpool, type Sink } from './sink.ts'
import { writePage } from './write-page.ts'
import { writeScript } from './write-script.ts'

/** Where it comes from and goes to. */
export interface ExportPlace extends ExportFrom {
  /** By the name that is added to that of the file: '' for the document itself. */
  readonly sink: (suffix: string) => Promise<Sink>
}

export interface ExportReport {
  readonly records: number
  readonly losses: ReadonlySet<Loss>
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
    const source = await openSource(options, place)
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
