/** In its first life it hangs at the first question, as its setup says how; after that it is the real one. */
import { existsSync, writeFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import type { ToWorker, WorkerSetup } from '../../../../server-min/library/worker/worker-messages.ts'

const mark = `${(workerData as WorkerSetup).folder}.hung`
if (existsSync(mark)) await import('../../../../server-min/library/worker/library-worker.ts')
else {
  parentPort?.on('message', ({ type }: ToWorker) => {
    if (type !== 'call' && type !== 'open') return
    writeFileSync(mark, '')
    for (;;);
  })
}
