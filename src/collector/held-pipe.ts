import type { MessagePipe, PipeReceiver } from '../protocol/pipe.ts'

export interface HeldPipe extends MessagePipe {
  /** Keeps all that comes from now on for the next receiver. */
  hold(): void
}

/**
 * A pipe that loses nothing between two receivers: he who waits for the answer to a hello is another than he who goes on,
 * and the collector may already say more, or be gone, before that one has taken over.
 */
export function heldPipe(pipe: MessagePipe): HeldPipe {
  const kept: Array<(receiver: PipeReceiver) => void> = []
  let receiver: PipeReceiver | undefined
  const deliver = (event: (receiver: PipeReceiver) => void): void => {
    kept.push(event)
    while (receiver !== undefined && kept.length > 0) kept.shift()?.(receiver)
  }
  pipe.receive({
    message: (bytes) => deliver((next) => next.message(bytes)),
    closed: (code, reason) => deliver((next) => next.closed(code, reason)),
  })
  return {
    send: (message) => pipe.send(message),
    close: (code, reason) => pipe.close(code, reason),
    receive: (next) => {
      receiver = next
      while (receiver !== undefined && kept.length > 0) kept.shift()?.(receiver)
    },
    hold: () => {
      receiver = undefined
    },
  }
}
