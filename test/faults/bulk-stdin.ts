/** Pipes a lot into a pod and compares what arrived and what was recorded; and how much memory that took. */
import { createCipheriv, createHash } from 'node:crypto'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { readLogFolder } from '../../server-min/log/reader.ts'
import { auditedExec, type Cluster, memoryOf } from './audited-program.ts'

const MIB = 1024 * 1024

export interface BulkReport {
  readonly bytes: number
  readonly seconds: number
  readonly sent: string
  readonly arrived: string
  readonly recorded: string | undefined
  /** MiB above what the process needed before the first byte. */
  readonly clientMiB: number
  readonly clusterMiB: number
}

export async function bulkStdin(cluster: Cluster, bytes: number): Promise<BulkReport> {
  const client = auditedExec(cluster, ['sh', '-c', 'echo started; exec sha256sum'])
  const { stdin, stdout, pid } = client
  if (stdin === null || stdout === null) throw new Error('started with pipes')
  await once(stdout, 'readable')
  const idle = { client: memoryOf(pid, 'VmRSS'), cluster: memoryOf(cluster.pid, 'VmRSS') }
  let most = idle.client
  const watch = setInterval(() => {
    most = Math.max(most, memoryOf(pid, 'VmHWM'))
  }, 100)
  const started = performance.now()
  const sent = await pump(stdin, bytes).finally(() => clearInterval(watch))
  const output = await text(stdout)
  const seconds = (performance.now() - started) / 1000
  const recorded = await inputDigest(cluster.logFolder())
  return {
    bytes,
    seconds,
    sent,
    arrived: /([0-9a-f]{64}) {2}-/.exec(output)?.[1] ?? output,
    recorded,
    clientMiB: most - idle.client,
    clusterMiB: memoryOf(cluster.pid, 'VmHWM') - idle.cluster,
  }
}

/** Bytes that look random and are the same each time, as fast as a disk. */
async function pump(stdin: NodeJS.WritableStream, bytes: number): Promise<string> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16))
  const zeros = Buffer.alloc(MIB)
  const digest = createHash('sha256')
  for (let left = bytes; left > 0; left -= zeros.length) {
    const piece = cipher.update(zeros.subarray(0, Math.min(left, zeros.length)))
    digest.update(piece)
    if (!stdin.write(piece)) await once(stdin, 'drain')
  }
  stdin.end()
  return digest.digest('hex')
}

async function inputDigest(folder: string | undefined): Promise<string | undefined> {
  if (folder === undefined) return undefined
  const digest = createHash('sha256')
  for await (const record of readLogFolder(folder)) if (record.kind === 'input') digest.update(record.payload)
  return digest.digest('hex')
}
