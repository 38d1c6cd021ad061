/** How an owner asks its worker: one answer, or one thing after the other as fast as it takes them. */
import { fault } from '../faults.ts'
import type { Progress } from '../upkeep/index-upkeep.ts'
import type { WorkerLink } from './worker-link.ts'
import type { CallName, FromWorker, StreamName } from './worker-messages.ts'

/** @throws Fault KAE_LIBRARY_OVERDUE where a worker that lives gives no answer; making an index anew takes its time */
export function callWorker<T>(
  link: WorkerLink,
  { name, args }: { readonly name: CallName; readonly args: readonly unknown[] },
  onProgress?: (progress: Progress) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const take = (message: FromWorker): void => {
      if (message.type === 'progress') return onProgress?.(message.value as Progress)
      leave()
      if (message.type === 'answer') resolve(message.value as T)
    }
    const fail = (error: Error): void => {
      leave()
      reject(error)
    }
    const timer = name === 'reindex' ? undefined : setTimeout(() => fail(fault('KAE_LIBRARY_OVERDUE')), link.answerMs)
    const leave = (): void => {
      clearTimeout(timer)
      link.forget(id)
    }
    const id = link.wait({ take, fail })
    link.say({ type: 'call', id, name, args })
  })
}

export interface StreamAsked {
  readonly name: StreamName
  readonly args: readonly unknown[]
  /** What it gives is there and has only to be read: waiting for it has an end, as for an answer. */
  readonly isPrompt?: boolean
}

export async function* streamFromWorker<T>(
  link: WorkerLink,
  { name, args, isPrompt = false }: StreamAsked,
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
      const { reject } = next
      const timer = isPrompt ? setTimeout(() => reject(fault('KAE_LIBRARY_OVERDUE')), link.answerMs) : undefined
      const { items, done } = await next.promise.finally(() => clearTimeout(timer))
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
