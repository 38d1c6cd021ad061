/** A bare exec client for tests: it keeps all that came, and waits for conditions on it. */
import type { WebSocket } from 'ws'
import { decodeServerFrame, type ExecStatus } from '../../src/protocol/channel.ts'

export interface Transcript {
  readonly stdout: () => string
  readonly stderr: () => string
  readonly status: () => ExecStatus | undefined
  /** Messages in order of arrival, by channel number. */
  readonly channels: readonly number[]
  /** Fulfils when `condition` holds of what came; fails when the socket closes before. */
  until(condition: () => boolean): Promise<void>
  /** Fulfils at the close with its code. */
  readonly closed: Promise<number>
}

export function transcribe(socket: WebSocket): Transcript {
  const bytes = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  const channels: number[] = []
  const waiting = new Set<() => void>()
  let status: ExecStatus | undefined
  let isClosed = false
  const wake = () => {
    for (const check of waiting) check()
  }
  socket.on('message', (data) => {
    const frame = decodeServerFrame(data as Buffer)
    channels.push((data as Buffer)[0] ?? -1)
    if (frame.type === 'stdout' || frame.type === 'stderr') bytes[frame.type].push(frame.bytes)
    if (frame.type === 'status') status = frame.status
    wake()
  })
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      isClosed = true
      wake()
      resolve(code)
    })
  })
  const text = (name: 'stdout' | 'stderr') => () => Buffer.concat(bytes[name]).toString('latin1')
  return {
    stdout: text('stdout'),
    stderr: text('stderr'),
    status: () => status,
    channels,
    closed,
    until: (condition) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (condition()) resolve()
          else if (isClosed) reject(new Error('the socket closed first'))
          else return
          waiting.delete(check)
        }
        waiting.add(check)
        check()
      }),
  }
}
