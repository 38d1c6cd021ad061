/** The recordings in test/fixtures/recordings, and what their command lists must give. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NO_LINK } from '../../../src/protocol/chain.ts'
import type { SessionRecord } from '../../../src/protocol/record.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import type { RecordLine } from './recorder.ts'
import type { Expected } from './script.ts'

export interface Truth {
  readonly heldBack?: true
  readonly gives: readonly Expected[]
}

const FOLDER = join(import.meta.dirname, '../../fixtures/recordings')
const ID = '0193d2f0-0000-7000-8000-000000000001' as SessionId

export const fixtureNames = (): string[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => name.slice(0, -'.jsonl'.length))

export const truthOf = (name: string): Truth =>
  JSON.parse(readFileSync(join(FOLDER, `${name}.truth.json`), 'utf8')) as Truth

export const recordsOf = (name: string): SessionRecord[] =>
  readFileSync(join(FOLDER, `${name}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line, seq) => {
      const [kind, elapsed, payload] = JSON.parse(line) as RecordLine
      return recordWith({ kind, elapsed, seq, payload: Buffer.from(payload, 'latin1') })
    })

export const recordWith = (part: Pick<SessionRecord, 'kind' | 'elapsed' | 'seq' | 'payload'>): SessionRecord => ({
  session: ID,
  time: part.elapsed,
  link: NO_LINK,
  salt: new Uint8Array(16),
  ...part,
})

/** The same session as it would be with `record: Input`. */
export const inputAlone = (records: readonly SessionRecord[]): SessionRecord[] =>
  records
    .filter(({ kind }) => kind !== 'output')
    .map((record) => (record.kind === 'open' ? { ...record, payload: withInputPolicy(record.payload) } : record))

function withInputPolicy(payload: Uint8Array): Buffer {
  const opening = JSON.parse(Buffer.from(payload).toString()) as { policy: object }
  return Buffer.from(JSON.stringify({ ...opening, policy: { ...opening.policy, record: 'Input' } }))
}

export async function* stream<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items
}
