import type { Hello } from '../protocol/messages.ts'
import type { MessagePipe } from '../protocol/pipe.ts'
import type { SessionId } from '../protocol/session-id.ts'

/** Whose session stream is opened: its id and namespace stand in the path. */
export interface StreamAddress {
  readonly id: SessionId
  readonly namespace: string
}

/** A way to a collector: over the API server, or inside this process. */
export interface CollectorConnector {
  /** Where records go, in words for the user: `the cluster`, or a folder. */
  readonly place: string
  /** Opens a pipe on which the collector has received `hello`. Rejects with a `Fault` where it cannot be opened. */
  connect(address: StreamAddress, hello: Hello): Promise<MessagePipe>
  /** Lets go of what the connector holds, once its streams have ended. */
  close(): Promise<void>
}
