/** Writes the report of a verification: as it goes on for a person, as one document for a program. */
import { GROUP_VERSION } from '../../protocol/api.ts'
import type { Output } from '../print/output.ts'
import { objectText } from '../print/print-objects.ts'
import type { Progress } from '../print/progress.ts'
import { wrapWords } from '../print/text-width.ts'
import { type Report, reportLines, sessionPage } from './report-lines.ts'
import { copiesOf, faultOf, summaryOf } from './verdict.ts'

export type VerifyFormat = 'text' | 'json' | 'yaml'

export interface Reporting {
  readonly format: VerifyFormat
  /** What was checked, and what that cannot show. */
  readonly limits: string
  /** Taken away before anything is written. */
  readonly progress: Progress
  /** One session was asked for: it gets a page. */
  readonly isOne: boolean
}

/** @throws Fault KAE_VERIFICATION_FAILED, KAE_VERIFICATION_INCOMPLETE after the report */
export async function writeReport(reports: AsyncIterable<Report>, reporting: Reporting, output: Output): Promise<void> {
  const { format, progress } = reporting
  const all: Report[] = []
  for await (const each of reports) {
    progress[Symbol.dispose]()
    if (format === 'text') await output.write(`${linesOf(each, reporting, output).join('\n')}\n`)
    all.push(each)
  }
  progress[Symbol.dispose]()
  const failure = faultOf(all)
  if (format === 'text') await writeLimits(all, reporting, output)
  else await output.write(objectText(format, documentOf(all, reporting)))
  if (failure !== undefined) throw failure
}

const linesOf = (each: Report, { isOne }: Reporting, output: Output): string[] =>
  isOne && 'session' in each ? sessionPage(each, output) : reportLines(each, output)

function documentOf(all: readonly Report[], { limits }: Reporting): object {
  const copies = copiesOf(all)
  const intact = faultOf(all) === undefined
  const more = copies === 'one' ? {} : { copies }
  return { apiVersion: GROUP_VERSION, kind: 'VerificationReport', intact, limits, ...more, items: all }
}

/** In the report itself, and not beside it: whoever is handed the report is to read it as well. */
async function writeLimits(all: readonly Report[], { limits }: Reporting, output: Output): Promise<void> {
  if (all.length === 0) return output.say('There is nothing to verify.')
  const lines = wrapWords(limits, output.columns ?? Number.POSITIVE_INFINITY)
  const summary = summaryOf(all)
  await output.write(['', ...(summary === undefined ? [] : [summary]), ...lines, ''].join('\n'))
}
