import { WebSocket } from 'ws'
import type { MessagePipe, PipeReceiver } from '../protocol/pipe.ts'

/** In milliseconds: how often a sign of life is asked for, and after how long without one the peer is gone. */
export interface Heartbeat {
  readonly pingMs: number
  readonly silenceMs: number
}

export const HEARTBEAT: Heartbeat = { pingMs: 5_000, silenceMs: 15_000 }

/** A WebSocket as a pipe of messages. @param socket open and paused; it is resumed when the pipe gets its receiver */
export function webSocketPipe(socket: WebSocket, heartbeat: Heartbeat = HEARTBEAT): MessagePipe {
  let receiver: PipeReceiver | undefined
  // A timer of its own: looked at with each ping only, silence would be noticed up to one ping too late.
  const silence = setTimeout(() => socket.terminate(), heartbeat.silenceMs)
  const pings = setInterval(() => {
    if (socket.readyState === WebSocket.OPEN) socket.ping()
  }, heartbeat.pingMs)
  socket.on('pong', () => silence.refresh())
  // While it holds us back it reads no pings of ours, and sends its own.
  socket.on('ping', () => silence.refresh())
  socket.on('message', (bytes: Buffer, isBinary) => {
    silence.refresh()
    if (isBinary) receiver?.message(bytes)
    else socket.close(1003, 'binary messages only')
  })
  // An error is always followed by the close, which says all that the receiver has to know.
  socket.on('error', () => {})
  socket.once('close', (code, reason) => {
    clearInterval(pings)
    clearTimeout(silence)
    receiver?.closed(code, reason.toString())
  })
  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(message)
    },
    close: (code, reason) => socket.close(code, reason),
    receive: (next) => {
      receiver = next
      socket.resume()
    },
  }
}
