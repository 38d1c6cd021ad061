/** `sessions terminate`: ends a live session of a cluster, after a question where a person can be asked. */
import { createInterface } from 'node:readline/promises'
import type { SessionLibrary } from '../protocol/session-library.ts'
import { escapeText, quoted } from '../recording/escape.ts'
import { isClusterLibrary } from './cluster/cluster-library.ts'
import { fault } from './faults.ts'
import type { Output } from './print/output.ts'
import { stateWords, whoWords } from './print/session-columns.ts'
import type { ResolvedSession } from './resolve-session.ts'

export interface TerminateRequest {
  readonly reason: string
  /** Without a question. */
  readonly sure: boolean
}

/** @throws Fault KAE_READING_VALUE_INVALID, KAE_TERMINATE_*, KAE_READING_* */
export async function terminateSession(
  { library, resolved }: { readonly library: SessionLibrary; readonly resolved: ResolvedSession },
  { reason, sure }: TerminateRequest,
  output: Output,
): Promise<void> {
  const { session, id } = resolved
  if (reason.trim() === '')
    throw fault('KAE_READING_VALUE_INVALID', { detail: '--reason is empty: the user and the record are told why' })
  if (!isClusterLibrary(library)) throw fault('KAE_TERMINATE_NOT_HERE', { detail: escapeText(library.place) })
  if (session.status.phase !== 'Live')
    throw fault('KAE_TERMINATE_REFUSED', { detail: `it is over: ${stateWords(session)}` })
  const { spec, metadata } = session
  const what = `${whoWords(spec)} in ${escapeText(`${metadata.namespace}/${spec.target.pod}/${spec.target.container}`)}`
  if (!sure) await confirm(`End session ${id} of ${what}? They will read: ${quoted(reason)}`)
  await library.terminate(id, reason)
  output.say(`Ended session ${id} of ${what}.`)
  output.say('Its connection is closed. A program that outlives its connection may still run in the container.')
}

async function confirm(question: string): Promise<void> {
  if (process.stdin.isTTY !== true)
    throw fault('KAE_TERMINATE_UNCONFIRMED', { detail: 'there is no terminal to ask on' })
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await lines.question(`${question} [y/N] `)
    if (!/^y(es)?$/i.test(answer.trim())) throw fault('KAE_TERMINATE_UNCONFIRMED')
  } finally {
    lines.close()
  }
}
