/** What a worker of the reading side and its owner say to each other. All of it survives a structured clone. */
import { Fault, isFault } from '../../../src/protocol/fault.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import type { LogEnd } from '../../log/log-tail.ts'

/** Methods that answer once, and those that give one thing after the other. */
export type CallName = 'list' | 'get' | 'commands' | 'hiddenSeqs' | 'waypoints' | 'startOf' | 'warnings' | 'reindex'
export type StreamName = 'search' | 'watch' | 'content'

export type ToWorker =
  | { readonly type: 'call'; readonly id: number; readonly name: CallName; readonly args: readonly unknown[] }
  | { readonly type: 'open'; readonly id: number; readonly name: StreamName; readonly args: readonly unknown[] }
  /** Asks an open stream for what comes next. */
  | { readonly type: 'next'; readonly id: number }
  | { readonly type: 'stop'; readonly id: number }
  /** More of a session is durable. */
  | { readonly type: 'grown'; readonly session: SessionId; readonly end: LogEnd }
  /** Asks for a sign of life: `pong`. */
  | { readonly type: 'ping' }
  | { readonly type: 'close' }

export type FromWorker =
  | { readonly type: 'pong' }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'items'; readonly id: number; readonly items: readonly unknown[]; readonly done: boolean }
  | { readonly type: 'progress'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly failure: Failure }

/** An error without its class, which a clone would lose. */
export interface Failure {
  readonly message: string
  readonly fault?: { readonly code: string; readonly exit: number; readonly http: number; readonly next: string }
  readonly stack?: string
}

/** Two workers of one program: a long search must not keep those waiting who read. */
export type WorkerSetup =
  | {
      readonly room: 'library'
      readonly place: string
      readonly folder: string
      readonly indexFile: string | undefined
      readonly patienceMs: number
    }
  | { readonly room: 'content'; readonly folder: string }

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error) }
  const { message, stack } = error
  if (!isFault(error)) return { message, ...(stack === undefined ? {} : { stack }) }
  const { code, exit, http, next } = error
  return { message, fault: { code, exit, http, next } }
}

export function errorOf({ message, fault, stack }: Failure): Error {
  if (fault !== undefined) {
    const { code, exit, http, next } = fault
    return new Fault(code, { exit, http, summary: message, next })
  }
  const error = new Error(message)
  if (stack !== undefined) error.stack = stack
  return error
}
