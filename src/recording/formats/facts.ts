import type { Capture, RecordMode } from '../../protocol/session.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import { escapeText } from '../escape.ts'
import { commandLine } from '../wording.ts'

/** A name and what is known of it: plain text, safe on a terminal. */
export type Fact = readonly [name: string, value: string]

const CAPTURE_WORDS: Readonly<Record<Capture, string>> = {
  client: 'by the user’s own program, which can be changed to leave bytes out',
  relay: 'by the server, which carried the bytes',
}

const RECORD_WORDS: Readonly<Record<RecordMode, string>> = {
  Input: 'what was typed; what was shown is not in the record',
  InputOutput: 'what was typed and what was shown',
}

/** Output without a terminal is not kept, only its length and hash. */
export const recordsOutput = ({ spec: { policy, target } }: Pick<SessionObject, 'spec'>): boolean =>
  policy.record === 'InputOutput' && target.tty

/** Who, where, when, and how it was recorded: no more than that is known. */
export function factsOf({ metadata, spec, status }: SessionObject): Fact[] {
  const { user, authentication, target, policy, reason } = spec
  const verified = authentication === 'request-header' ? ' (authenticated by the API server)' : ' (unverified)'
  return [
    ['Session', metadata.name],
    ['User', `${escapeText(user.username)}${verified}`],
    ['Container', escapeText(`${metadata.namespace}/${target.pod}/${target.container}`)],
    ['Command', `${commandLine(target.command)}${target.tty ? '' : ' (without a terminal)'}`],
    ...(reason === undefined ? [] : [['Reason', escapeText(reason)] as const]),
    ['Started', status.startTime],
    ['Ended', endedWords(status)],
    ['Captured', CAPTURE_WORDS[policy.capture] ?? escapeText(policy.capture)],
    ['Recorded', recordsOutput({ spec }) ? RECORD_WORDS.InputOutput : RECORD_WORDS.Input],
  ]
}

function endedWords({ phase, endTime, reason, exitCode, message, durationMs }: SessionObject['status']): string {
  if (phase === 'Live') return 'not yet, when this was made'
  if (phase === 'Lost') return 'unknown: its record has no end'
  const words = [exitCode === undefined ? escapeText(reason ?? 'unknown') : `exit status ${Number(exitCode)}`]
  if (message !== undefined) words.push(escapeText(message))
  if (durationMs !== undefined) words.push(`after ${(durationMs / 1000).toFixed(1)} s`)
  return `${endTime === undefined ? '' : `${endTime}, `}${words.join(', ')}`
}
