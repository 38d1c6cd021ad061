import type { Loss } from '../../recording/formats/format.ts'
import { ScriptEncoder, type ScriptPieces } from '../../recording/formats/typescript.ts'
import type { ExportSource } from './export-source.ts'
import type { Sink } from './sink.ts'

/** FILE, FILE.timing, and with --input FILE.input. */
export async function writeScript(
  { resolved, records, cast }: ExportSource,
  open: (suffix: string) => Promise<Sink>,
): Promise<ReadonlySet<Loss>> {
  const encoder = new ScriptEncoder(resolved.session, cast)
  const typescript = await open('')
  const timing = await open('.timing')
  const input = cast.input === undefined ? undefined : await open('.input')
  const write = async (pieces: ScriptPieces): Promise<void> => {
    for (const piece of pieces.typescript) await typescript.write(piece)
    await timing.write(pieces.timing)
    for (const piece of pieces.input) await input?.write(piece)
  }
  for await (const record of records) await write(encoder.record(record))
  await write(encoder.finish())
  return encoder.losses
}
