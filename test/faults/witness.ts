/**
 * What a client saw, kept where no fault reaches it: the oracle of every fault test. A line is written before (sent) or
 * at once after (acked, forwarded) what it tells, by one write(2), which a killed process leaves behind in the page cache.
 *
 *     s SESSION SEQ KIND HEX .   handed to the collector's client       a SESSION SEQ .   all up to it was acknowledged
 *     f SESSION KIND HEX .       let go on to the container
 *
 * Every line begins with a line feed and ends with a full stop: a kill can cut a write(2) where a page of the file ends, and
 * the next process goes on behind that. A cut line tells of nothing.
 */
import { readFileSync, writeSync } from 'node:fs'
import type { RecordKind } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'

export interface Witness {
  sent(session: SessionId, seq: number, event: Witnessed): void
  acked(session: SessionId, seq: number): void
  forwarded(session: SessionId, event: Witnessed): void
}

export interface Witnessed {
  readonly kind: RecordKind
  readonly payload: Uint8Array
}

/** An event as it can be compared: `KIND HEX`. */
export const wordsOf = ({ kind, payload }: Witnessed): string => `${kind} ${Buffer.from(payload).toString('hex')}`

/** What one session's client saw. */
export interface Story {
  readonly sent: Map<number, string>
  /** The last record that was acknowledged; -1: none, not even the open record. */
  acked: number
  /** What the container got, in order. */
  readonly forwarded: string[]
}

export type Stories = Map<SessionId, Story>

function storyOf(stories: Stories, session: SessionId): Story {
  const known = stories.get(session) ?? { sent: new Map(), acked: -1, forwarded: [] }
  stories.set(session, known)
  return known
}

export class MemoryWitness implements Witness {
  readonly stories: Stories = new Map()

  sent(session: SessionId, seq: number, event: Witnessed): void {
    storyOf(this.stories, session).sent.set(seq, wordsOf(event))
  }

  acked(session: SessionId, seq: number): void {
    const story = storyOf(this.stories, session)
    story.acked = Math.max(story.acked, seq)
  }

  forwarded(session: SessionId, event: Witnessed): void {
    storyOf(this.stories, session).forwarded.push(wordsOf(event))
  }
}

/** @param fd of a file outside the log's folder, open for appending */
export function fileWitness(fd: number): Witness {
  const line = (words: string): void => void writeSync(fd, `\n${words} .`)
  return {
    sent: (session, seq, event) => line(`s ${session} ${seq} ${wordsOf(event)}`),
    acked: (session, seq) => line(`a ${session} ${seq}`),
    forwarded: (session, event) => line(`f ${session} ${wordsOf(event)}`),
  }
}

export function readWitness(path: string): Stories {
  const stories: Stories = new Map()
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [what, session, ...rest] = line.split(' ')
    if (rest.pop() !== '.') continue
    const story = storyOf(stories, session as SessionId)
    if (what === 's') story.sent.set(Number(rest[0]), rest.slice(1).join(' '))
    else if (what === 'a') story.acked = Math.max(story.acked, Number(rest[0]))
    else story.forwarded.push(rest.join(' '))
  }
  return stories
}
