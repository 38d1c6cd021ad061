/** It lives, and answers nothing else: as one whose disk does not answer it. */
import { parentPort } from 'node:worker_threads'
import type { FromWorker, ToWorker } from '../../../../server-min/library/worker/worker-messages.ts'

parentPort?.on('message', ({ type }: ToWorker) => {
  const pong: FromWorker = { type: 'pong' }
  if (type === 'ping') parentPort?.postMessage(pong)
  if (type === 'close') parentPort?.close()
})
