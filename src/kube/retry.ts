import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** client-go gives a busy API server ten more chances. */
const MAX_RETRIES = 10

/** Nobody sits before a terminal longer than that without a word. */
const LONGEST_WAIT_S = 10

/** Sends again when the API server is busy and says when to come back (429 and 5xx with Retry-After), as kubectl does. */
export async function whenAsked(
  send: () => Promise<IncomingMessage>,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  for (let retries = 0; ; retries += 1) {
    const answer = await send()
    const seconds = retryAfter(answer)
    if (seconds === undefined || retries === MAX_RETRIES) return answer
    dismiss(answer)
    await sleep(seconds * 1000, undefined, signal === undefined ? {} : { signal })
  }
}

function retryAfter({ statusCode = 0, headers }: IncomingMessage): number | undefined {
  if (statusCode !== 429 && statusCode < 500) return undefined
  const seconds = Number(headers['retry-after'] ?? Number.NaN)
  return seconds >= 0 && seconds <= LONGEST_WAIT_S ? seconds : undefined
}

/** More than any Status, and little enough to be read for nothing. */
const SHORT_BYTES = 64 * 1024

/** Of an answer that nobody reads: its connection may serve others, unless there is more than it is worth. */
export function dismiss(answer: IncomingMessage): void {
  let left = SHORT_BYTES
  answer.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) answer.destroy()
  })
}
