/**
 *     opening ──durable──▶ live ──pipe closes──▶ detached ──resumeMs──▶ ending ──durable──▶ ended ──resumeMs──▶ forgotten
 *        │                  ▲ │                   │  │                    ▲
 *        │                  │ └── end from the client, alarm, disk full ───┤
 *        │                  └──settled── resuming ◀┘ └─ disk full, drain ─┘
 *        └─ the log refuses: forgotten
 *
 * Only a live session admits an exec. `resuming` waits until the log has answered for all that came over an older pipe.
 */
import type { MessagePipe } from '../../src/protocol/pipe.ts'
import type { EndReason } from '../../src/protocol/session.ts'

export type SessionState =
  | { readonly name: 'opening'; readonly pipe: MessagePipe | undefined }
  | { readonly name: 'live'; readonly pipe: MessagePipe }
  /** `after`: the last record that the client knows to be durable. */
  | { readonly name: 'resuming'; readonly pipe: MessagePipe; readonly after: number }
  | { readonly name: 'detached'; readonly timer: NodeJS.Timeout }
  /** The end record is on its way. A client may come back for the ack of its own end. */
  | {
      readonly name: 'ending'
      readonly by: 'client'
      readonly reason: EndReason
      readonly pipe: MessagePipe | undefined
      readonly after?: number
    }
  | { readonly name: 'ending'; readonly by: 'collector'; readonly reason: EndReason }
  | { readonly name: 'ended'; readonly by: 'client' | 'collector'; readonly reason: EndReason }

/** The pipe on which the client is reached, if there is one. */
export const pipeOf = (state: SessionState): MessagePipe | undefined => ('pipe' in state ? state.pipe : undefined)

export function unreachable(value: never): never {
  throw new Error(`not a known case: ${JSON.stringify(value)}`)
}
