import type { Fact } from '../../recording/formats/facts.ts'
import { LOSS_WORDS, type Loss } from '../../recording/formats/format.ts'
import { escapeHtml } from '../../recording/formats/html/escape-html.ts'
import { type PlayerAssets, pageBody, pageHead, pageTail, silentTail } from '../../recording/formats/html/page.ts'
import { pageRecording } from '../../recording/formats/html/recording.ts'
import { openScreenText } from '../../recording/formats/text.ts'
import type { ExportSource } from './export-source.ts'
import type { Sink, Spool } from './sink.ts'

interface PagePlace {
  readonly sink: Sink
  /** Keeps the transcript while the recording is written before it: both come from one reading. */
  readonly spool: Spool
}

export async function writePage(source: ExportSource, { sink, spool }: PagePlace): Promise<ReadonlySet<Loss>> {
  // 250 KB that no other format needs.
  const { playerAssets } = await import('./player-assets.ts')
  const assets: PlayerAssets = playerAssets()
  const { session, at = 0 } = source.resolved
  // The whole recording is in the page; a moment is where it opens.
  const { from: _, ...cast } = source.cast
  const recording = pageRecording(cast)
  const screen = await openScreenText({})
  screen.start(session)
  await sink.write(pageHead(session, assets) + recording.start(session))
  for await (const record of source.records) {
    await sink.write(recording.record(record))
    await spool.write(escapeHtml(screen.record(record)))
  }
  await sink.write(recording.finish())
  await spool.write(escapeHtml(screen.finish()))
  const { markers, hasEvents: hasRecording, losses } = recording
  await sink.write(pageBody({ session, markers, hasRecording, facts: factsAfter(source, losses) }))
  for await (const piece of spool.read()) await sink.write(piece)
  const settings = {
    startAt: at / 1e6,
    keys: cast.input !== undefined,
    ...(cast.idleLimit === undefined ? {} : { idleTimeLimit: cast.idleLimit }),
  }
  await sink.write(hasRecording ? pageTail(markers, settings, assets) : silentTail())
  return losses
}

/** What is known of the record once it was read to its end. */
function factsAfter({ chain }: ExportSource, losses: ReadonlySet<Loss>): Fact[] {
  const chained = `${chain.next} records were read, each linked to the one before it; the last one’s hash is ${chain.head.toString('hex')}`
  const facts: Fact[] = [
    ['Record', chained],
    ['This page', 'is a copy that anybody can change: the record itself is what can be verified'],
  ]
  if (losses.size > 0) facts.push(['Lossy', [...losses].map((loss) => LOSS_WORDS[loss]).join('; ')])
  return facts
}
