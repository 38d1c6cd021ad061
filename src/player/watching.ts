import type { SessionObject } from '../protocol/session-object.ts'
import { escapeText } from '../recording/escape.ts'

/** How long it has run, in µs, by this machine's clock; of one that ended: all of it. */
export function elapsedNow({ status }: SessionObject, now: number): number {
  if (status.phase !== 'Live') return 0
  return Math.max(0, now - Date.parse(status.startTime)) * 1000
}

/** What there is to say when a watcher leaves. */
export function partingWords({ metadata, status }: SessionObject): string {
  const { name } = metadata
  if (status.phase === 'Live') return `Session ${name} runs on.`
  if (status.phase === 'Lost') return `Session ${name} has no end on record: whoever wrote it was cut off.`
  const how = escapeText(status.reason ?? 'ended')
  const code = status.exitCode === undefined ? '' : ` with ${status.exitCode}`
  const words = status.message === undefined ? '' : `: ${escapeText(status.message)}`
  return `Session ${name} ended: ${how}${code}${words}`
}
