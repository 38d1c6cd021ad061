/** In its first life it ends by an error at the first question; after that it is the real one. */
import { existsSync, writeFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import type { WorkerSetup } from '../../../../server-min/library/worker/worker-messages.ts'

const mark = `${(workerData as WorkerSetup).folder}.crashed`
if (existsSync(mark)) await import('../../../../server-min/library/worker/library-worker.ts')
else {
  writeFileSync(mark, '')
  parentPort?.once('message', () => {
    throw new Error('a crash')
  })
}
