/** Types into a session while others watch it: `follow-session.ts FOLDER WATCHERS APPENDS`. */
import { randomBytes } from 'node:crypto'
import { openFileLog } from '../../../server-min/log/file-log.ts'
import type { Draft, RecordKind } from '../../../src/protocol/record.ts'
import { SALT_BYTES } from '../../../src/protocol/record.ts'
import { makeSessionId } from '../../../src/protocol/session-id.ts'

export interface FollowFigures {
  /** ms of each append: what the session waits for. */
  readonly ackMs: readonly number[]
  /** ms from an append to when the last watcher has it. */
  readonly lateMs: readonly number[]
}

const [folder = '', watchersText = '', appendsText = ''] = process.argv.slice(2)
const watchers = Number(watchersText)
const draft = (kind: RecordKind): Draft => ({
  kind,
  elapsed: 1,
  salt: randomBytes(SALT_BYTES),
  payload: Buffer.alloc(100, 'x'),
})

const log = await openFileLog({ folder, now: Date.now })
const id = makeSessionId(Date.now(), randomBytes(10))
await log.append(id, [draft('open')])
const came = new Map<number, { count: number; done: () => void }>()
const watching = Array.from({ length: watchers }, async () => {
  for await (const { seq } of log.follow(id)) {
    const one = came.get(seq)
    if (one === undefined) continue
    one.count += 1
    if (one.count === watchers) one.done()
  }
})
const ackMs: number[] = []
const lateMs: number[] = []
for (let seq = 1; seq <= Number(appendsText); seq += 1) {
  const began = performance.now()
  const seen = new Promise<void>((done) => came.set(seq, { count: 0, done }))
  await log.append(id, [draft('output')])
  ackMs.push(performance.now() - began)
  if (watchers > 0) await seen
  lateMs.push(performance.now() - began)
  came.delete(seq)
}
await log.append(id, [draft('end')])
await Promise.all(watching)
await log.close()
const figures: FollowFigures = { ackMs, lateMs }
process.stdout.write(JSON.stringify(figures))
