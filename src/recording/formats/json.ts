import type { ReadRecord } from '../../protocol/read-record.ts'
import type { SessionRecord } from '../../protocol/record.ts'
import { asciiJson } from '../escape.ts'
import { isoTime } from '../lines.ts'
import { parseJson } from '../payload.ts'
import type { Encoder, Loss } from './format.ts'

/**
 * One line a record, with every field of it: link, salt and payload are what its hash needs, so that the chain can be
 * checked from this document alone. Nothing is lost but what the reader may not see.
 */
export function jsonLines(): Encoder {
  const losses = new Set<Loss>()
  return {
    losses,
    start: () => '',
    record: (record) => {
      if (record.kind === 'withheld') losses.add('withheld')
      return `${asciiJson(fieldsOf(record))}\n`
    },
    finish: () => '',
  }
}

function fieldsOf(record: ReadRecord): object {
  const { session, seq, time, elapsed, kind, link } = record
  const place = { session, seq, time: isoTime(time), elapsedMicros: elapsed, kind, link: hex(link) }
  if (record.kind === 'withheld') {
    const { of, payloadBytes, commitment } = record
    return { ...place, of, payloadBytes, commitment: hex(commitment) }
  }
  const base64 = Buffer.from(record.payload).toString('base64')
  return { ...place, salt: hex(record.salt), base64, ...contentOf(record) }
}

/** What the payload says, for readers that need no bytes. */
function contentOf({ kind, payload }: SessionRecord): object {
  return kind === 'open' || kind === 'end' || kind === 'journal' ? { content: parseJson(payload) } : {}
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
