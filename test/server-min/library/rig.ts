/** Logs with sessions in them, written by the real log, and a library over them. */

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AppendLog } from '../../../server-min/log/append-log.ts'
import { type FileLogOptions, openFileLog } from '../../../server-min/log/file-log.ts'
import type { Draft, RecordKind } from '../../../src/protocol/record.ts'
import type { Authentication, SessionEnd, SessionOpening } from '../../../src/protocol/session.ts'
import { makeSessionId, type SessionId } from '../../../src/protocol/session-id.ts'

export interface Shape {
  readonly user?: string
  readonly authentication?: Authentication
  readonly namespace?: string
  readonly pod?: string
  readonly container?: string
  readonly command?: readonly string[]
  readonly tty?: boolean
  readonly output?: readonly string[]
  readonly exitCode?: number
  /** Left without an end. */
  readonly open?: boolean
}

export const openingOf = (shape: Shape): SessionOpening => ({
  version: 1,
  user: { username: shape.user ?? 'alice', groups: ['developers'], extra: {} },
  authentication: shape.authentication ?? 'request-header',
  target: {
    namespace: shape.namespace ?? 'prod',
    pod: shape.pod ?? 'web-0',
    container: shape.container ?? 'app',
    command: shape.command ?? ['ls', '-l'],
    stdin: true,
    stdout: true,
    stderr: true,
    tty: shape.tty ?? false,
  },
  policy: { capture: 'client', record: 'InputOutput', durability: 'Strict' },
  client: { name: 'kube-audit-exec', version: '0', platform: 'linux' },
})

export const endOf = (exitCode = 0): SessionEnd => ({
  version: 1,
  reason: 'exited',
  exitCode,
  input: { bytes: 0 },
  durationMs: 5,
})

export const draftOf = (kind: RecordKind, payload: unknown, elapsed = 1): Draft => ({
  kind,
  elapsed,
  salt: randomBytes(16),
  payload:
    Buffer.isBuffer(payload) || typeof payload === 'string'
      ? Buffer.from(payload as string)
      : Buffer.from(JSON.stringify(payload)),
})

export const freshId = (): SessionId => makeSessionId(Date.now(), randomBytes(10))

/** Appends a whole session and gives its id. */
export async function record(log: AppendLog, shape: Shape = {}, id = freshId()): Promise<SessionId> {
  const output = (shape.output ?? []).map((text, index) => draftOf('output', text, (index + 1) * 1000))
  const end = shape.open ? [] : [draftOf('end', endOf(shape.exitCode))]
  await log.append(id, [draftOf('open', openingOf(shape)), ...output, ...end])
  return id
}

export interface Place extends AsyncDisposable {
  readonly path: string
  readonly folder: string
  readonly indexFile: string
}

export async function makePlace(): Promise<Place> {
  const path = await mkdtemp(join(tmpdir(), 'library-test-'))
  return {
    path,
    folder: join(path, 'log'),
    indexFile: join(path, 'index', 'index.db'),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

export const openLog = (folder: string, options: Partial<FileLogOptions> = {}): Promise<AppendLog> =>
  openFileLog({
    folder,
    now: Date.now,
    lock: false,
    lowWaterBytes: 1,
    segmentBytes: 256 * 1024,
    reserveBytes: 4096,
    ...options,
  })

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
