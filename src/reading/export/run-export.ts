/** `sessions export` on a real terminal, with real files. */
import { escapeText } from '../../recording/escape.ts'
import { recordsOutput } from '../../recording/formats/facts.ts'
import { LOSS_WORDS } from '../../recording/formats/format.ts'
import type { LibraryChoice } from '../choose-library.ts'
import { fault as readingFault } from '../faults.ts'
import { contactTeller } from '../print/output.ts'
import { Progress } from '../print/progress.ts'
import { type ResolvedSession, resolveSession } from '../resolve-session.ts'
import { type ExportReport, exportSession } from './export-session.ts'
import { chooseFormat, type ExportFormat } from './format-name.ts'
import { fileSink, type Sink, stdoutSink } from './sink.ts'

export interface ExportRequest {
  /** As resolveSession takes it. */
  readonly reference: string
  readonly format?: ExportFormat | undefined
  /** Undefined or `-`: stdout. */
  readonly output?: string | undefined
  readonly force: boolean
  readonly input: boolean
  readonly secrets: boolean
  readonly idleLimit?: string | undefined
}

const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** @throws Fault */
export async function runExport(request: ExportRequest, chosen: LibraryChoice): Promise<void> {
  const output = request.output === '-' ? undefined : request.output
  const format = chooseFormat({ ...request, output, onTerminal: process.stdout.isTTY === true })
  const idleLimit = secondsOf(request.idleLimit)
  const resolved = await resolveSession(request.reference, chosen)
  warn(resolved, { ...request, format })
  const { input, secrets } = request
  const stopped = (): void => say(output === undefined ? 'stopped' : 'stopped: no file was left behind')
  const report = await interruptible(stopped, async (signal) => {
    using progress = progressOf(resolved)
    const sink = (suffix: string): Promise<Sink> =>
      output === undefined
        ? Promise.resolve(stdoutSink(process.stdout))
        : fileSink({ path: `${output}${suffix}`, force: request.force })
    const advance = () => progress.advance()
    const onContact = contactTeller(progress)
    return await exportSession(
      { format, input, secrets, idleLimit },
      { library: chosen.library, resolved, sink, advance, onContact, signal },
    )
  })
  if (report !== undefined) tell(report, format, output)
}

const STATUS_OF = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** Ends the work in order when the program is told to stop: a half-written file must not stay. */
async function interruptible<Result>(
  stopped: () => void,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | undefined> {
  const controller = new AbortController()
  const stop = (name: NodeJS.Signals): void => {
    process.exitCode = STATUS_OF[name as keyof typeof STATUS_OF]
    controller.abort()
  }
  for (const name of Object.keys(STATUS_OF)) process.on(name, stop)
  try {
    return await work(controller.signal)
  } catch (error) {
    if (!controller.signal.aborted) throw error
    stopped()
    return undefined
  } finally {
    for (const name of Object.keys(STATUS_OF)) process.off(name, stop)
  }
}

function progressOf({ session }: ResolvedSession): Progress {
  const { records } = session.status
  const total = session.status.phase === 'Live' || records === 0 ? {} : { total: records }
  const now = () => performance.now()
  return new Progress({ label: 'exporting', unit: 'records', ...total, screen: process.stderr, env: process.env, now })
}

/** A recording without output is empty to a player: better said before than found out later. */
function warn({ session }: ResolvedSession, { format, input }: { format: ExportFormat; input: boolean }): void {
  if (recordsOutput(session) || format === 'json') return
  const hint = format === 'text' || input ? '' : '; --input adds what was typed'
  say(`note: what this session showed is not in its record${hint}`)
}

function tell({ records, losses }: ExportReport, format: ExportFormat, output: string | undefined): void {
  if (losses.size > 0) say(`lossy: ${[...losses].map((loss) => LOSS_WORDS[loss]).join('; ')}; --format json holds all`)
  if (output !== undefined) say(`${records} records as ${format} in ${escapeText(output)}`)
}

/** @throws Fault KAE_READING_VALUE_INVALID */
function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && seconds > 0) return seconds
  throw readingFault('KAE_READING_VALUE_INVALID', { detail: `--idle-limit ${escapeText(text)}: seconds above 0` })
}
