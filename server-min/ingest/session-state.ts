/**
 *     opening ──durable──▶ live ──pipe closes──▶ detached ──resumeMs──▶ ending ──durable──▶ ended ──resumeMs──▶ forgotten
 *        │                  ▲ │                   │  │                    ▲
 *        │                  │ └─ client’s end, alarm, disk full, terminate ─┤
 *        │                  └──settled── resuming ◀┘ └── disk full, drain, terminate ┘
 *        └─ the log refuses: forgotten
 *
 * Only a live session admits an exec. `resuming` waits until the log has answered for all that came over an older pipe.
 */
import type { MessagePipe } from '../../src/protocol/pipe.ts'
import type { OwnEnd } from './ending.ts'

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
      readonly end: OwnEnd
      readonly pipe: MessagePipe | undefined
      readonly after?: number
    }
  | { readonly name: 'ending'; readonly by: 'collector'; readonly end: OwnEnd }
  | { readonly name: 'ended'; readonly by: 'client' | 'collector'; readonly end: OwnEnd }

/** The pipe on which the client is reached, if there is one. */
export const pipeOf = (state: SessionState): MessagePipe | undefined => ('pipe' in state ? state.pipe : undefined)

export function unreachable(value: never): never {
  throw new Error(`not a known case: ${JSON.stringify(value)}`)
}
