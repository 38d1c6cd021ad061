import { fault } from './faults.ts'

/** Rejects when `promise` takes longer than `limitMs`; what it yields after that goes to `late`. */
export function within<T>(limitMs: number, promise: Promise<T>, late: (value: T) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    let over = false
    const timer = setTimeout(() => {
      over = true
      reject(fault('KAE_COLLECTOR_SILENT'))
    }, limitMs)
    promise.then(
      (value) => {
        clearTimeout(timer)
        if (over) late(value)
        else resolve(value)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error instanceof Error ? error : new Error(String(error)))
      },
    )
  })
}
