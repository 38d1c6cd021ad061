/** How an owner asks its worker: one answer, or one thing after the other as fast as it takes them. */
import type { Progress } from './index-upkeep.ts'
import type { WorkerLink } from './worker-link.ts'
import type { CallName, FromWorker, StreamName } from './worker-messages.ts'

export function callWorker<T>(
  link: WorkerLink,
  { name, args }: { readonly name: CallName; readonly args: readonly unknown[] },
  onProgress?: (progress: Progress) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const take = (message: FromWorker): void => {
      if (message.type === 'progress') return onProgress?.(message.value as Progress)
      link.forget(id)
      if (message.type === 'answer') resolve(message.value as T)
    }
    const fail = (error: Error): void => {
      link.forget(id)
      reject(error)
    }
    const id = link.wait({ take, fail })
    link.say({ type: 'call', id, name, args })
  })
}

export async function* streamFromWorker<T>(
  link: WorkerLink,
  { name, args }: { readonly name: StreamName; readonly args: readonly unknown[] },
  signal?: AbortSignal,
): AsyncGenerator<T> {
  let next = promised()
  const id = link.wait({
    take: (message) => message.type === 'items' && next.resolve(message),
    fail: (error) => next.reject(error),
  })
  const leave = (): void => next.resolve({ type: 'items', id, items: [], done: true })
  signal?.addEventListener('abort', leave)
  try {
    link.say({ type: 'open', id, name, args })
    while (!signal?.aborted) {
      link.say({ type: 'next', id })
      const { items, done } = await next.promise
      next = promised()
      for (const item of items) {
        if (signal?.aborted) return
        yield item as T
      }
      if (done) return
    }
  } finally {
    signal?.removeEventListener('abort', leave)
    link.forget(id)
    link.say({ type: 'stop', id })
  }
}

/** It may fail while its reader is busy with what came before. */
function promised(): PromiseWithResolvers<Extract<FromWorker, { type: 'items' }>> {
  const next = Promise.withResolvers<Extract<FromWorker, { type: 'items' }>>()
  next.promise.catch(() => undefined)
  return next
}
