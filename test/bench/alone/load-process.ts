/** A process that makes load, and answers each order with one line. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { LoadPlace } from './population.ts'

export interface LoadProcess<Order, Answer> extends AsyncDisposable {
  order(order: Order): Promise<Answer>
}

export type LoadProgram = 'typing-load.ts' | 'review-load.ts' | 'read-load.ts' | 'typist.ts' | 'watch-load.ts'

/** @param before a program that starts another, with its arguments */
export function startLoad<Order, Answer>(
  program: LoadProgram,
  place: LoadPlace,
  before: readonly string[] = [],
): LoadProcess<Order, Answer> {
  const path = fileURLToPath(new URL(program, import.meta.url))
  const [file = '', ...args] = [...before, process.execPath, path, JSON.stringify(place)]
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    order: async (order) => {
      child.stdin.write(`${JSON.stringify(order)}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error(`${program} ended with ${(await ended)[0]}`)
      return JSON.parse(value) as Answer
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end()
      await ended
    },
  }
}
