import { decodeClientMessage, type Hello } from '../../src/protocol/messages.ts'
import type { MessagePipe } from '../../src/protocol/pipe.ts'
import { fault } from '../faults.ts'
import type { Arrival, CompleteHello } from './arrival.ts'
import { parseHello } from './hello.ts'
import type { Registry } from './registry.ts'
import type { Session } from './session.ts'

/**
 * The life of one pipe.
 *
 *     awaiting-hello ──hello──▶ completing ──▶ attached ──closed──▶ over
 *           └── anything else, helloMs ──┴── pod not found ─────────▶ over
 */
type State =
  | { readonly name: 'awaiting-hello'; readonly timer: NodeJS.Timeout }
  /** Which container is meant is being looked up. */
  | { readonly name: 'completing' }
  | { readonly name: 'attached'; readonly session: Session }
  | { readonly name: 'over' }

const HELLO_MS = 10_000

const isComplete = (hello: Hello): hello is CompleteHello =>
  'resume' in hello || hello.open.target.container !== undefined

/** Serves one connection of a client until it closes. */
export function serveStream(pipe: MessagePipe, arrival: Arrival, registry: Registry): void {
  const late = () => refuse(fault('KAE_HELLO_LATE', { detail: `waited ${HELLO_MS / 1000} s` }))
  let state: State = { name: 'awaiting-hello', timer: setTimeout(late, HELLO_MS).unref() }

  function refuse(cause: unknown): void {
    enter({ name: 'over' })
    registry.refuse(pipe, cause, arrival.id)
  }

  function enter(next: State): void {
    if (state.name === 'awaiting-hello') clearTimeout(state.timer)
    state = next
  }

  function greet(json: unknown): void {
    const parsed = parseHello(json)
    if (!parsed.ok) return refuse(fault('KAE_HELLO_INVALID', { detail: parsed.why }))
    const { hello } = parsed
    if (isComplete(hello)) return attach(hello)
    enter({ name: 'completing' })
    registry.complete(hello).then(
      (complete) => state.name === 'completing' && attach(complete),
      (error: unknown) => state.name === 'completing' && refuse(error),
    )
  }

  function attach(hello: CompleteHello): void {
    const session = registry.greet(pipe, arrival, hello)
    enter(session === undefined ? { name: 'over' } : { name: 'attached', session })
  }

  function receive(bytes: Buffer): void {
    const message = decodeClientMessage(bytes)
    if (state.name === 'over') return
    if (state.name === 'awaiting-hello') {
      if (message.type === 'hello') return greet(message.json)
      const why = message.type === 'malformed' ? message.why : 'records before the hello'
      return refuse(fault('KAE_HELLO_INVALID', { detail: why }))
    }
    if (state.name === 'completing')
      return refuse(fault('KAE_HELLO_INVALID', { detail: 'a message before the answer' }))
    if (message.type === 'append') return state.session.append(pipe, message.seq, message.drafts)
    state.session.violate(pipe, message.type === 'malformed' ? message.why : 'a second hello')
  }

  function closed(): void {
    const before = state
    enter({ name: 'over' })
    if (before.name === 'attached') before.session.closed(pipe)
  }

  if (arrival.hello !== undefined) greet(arrival.hello)
  pipe.receive({ message: receive, closed })
}
