/**
 * The Kubernetes exec protocol over WebSocket, `v4.channel.k8s.io` and `v5.channel.k8s.io`: binary messages whose first
 * byte is a channel.
 *
 *     0 stdin   1 stdout   2 stderr   3 status (a JSON `Status`)   4 resize (JSON {"Width","Height"})
 *     255 close of the channel in the second byte (v5 only)
 *
 * Source: k8s.io/apimachinery `pkg/util/remotecommand/constants.go`.
 */
export const EXEC_SUBPROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const

export const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const

export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** Part of `meta/v1` Status that ends an exec. */
export interface ExecStatus {
  readonly status: 'Success' | 'Failure'
  readonly reason?: string
  readonly message?: string
  readonly code?: number
  readonly details?: { readonly causes?: ReadonlyArray<{ readonly reason?: string; readonly message?: string }> }
}

export type ServerFrame =
  | { readonly type: 'stdout' | 'stderr'; readonly bytes: Buffer }
  | { readonly type: 'status'; readonly status: ExecStatus }
  | { readonly type: 'close'; readonly channel: number }
  | { readonly type: 'unknown'; readonly why: string }

export type ClientFrame =
  | { readonly type: 'stdin'; readonly bytes: Buffer }
  | { readonly type: 'resize'; readonly size: TerminalSize }
  | { readonly type: 'stdin-close' }
  | { readonly type: 'unknown'; readonly why: string }

export function encodeChannel(channel: number, bytes: Uint8Array): Buffer {
  const message = Buffer.allocUnsafe(bytes.length + 1)
  message[0] = channel
  message.set(bytes, 1)
  return message
}

export const encodeStdin = (bytes: Uint8Array): Buffer => encodeChannel(CHANNEL.stdin, bytes)
/** Half-closes stdin. Only v5 has it; on v4 there is no way to say it. */
export const encodeStdinClose = (): Buffer => Buffer.of(CHANNEL.close, CHANNEL.stdin)
export const encodeResize = ({ columns, rows }: TerminalSize): Buffer =>
  encodeChannel(CHANNEL.resize, Buffer.from(JSON.stringify({ Width: columns, Height: rows })))
export const encodeStatus = (status: ExecStatus): Buffer =>
  encodeChannel(CHANNEL.status, Buffer.from(JSON.stringify(status)))

/** Reads what an exec server sent. `bytes` is a view of the message. */
export function decodeServerFrame(message: Buffer): ServerFrame {
  const bytes = message.subarray(1)
  switch (message[0]) {
    case CHANNEL.stdout:
      return { type: 'stdout', bytes }
    case CHANNEL.stderr:
      return { type: 'stderr', bytes }
    case CHANNEL.status:
      return decodeStatus(bytes)
    case CHANNEL.close:
      return bytes.length === 1 ? { type: 'close', channel: bytes.readUInt8(0) } : unknown('close of no channel')
    default:
      return unknown(`channel ${message[0]}`)
  }
}

/** Reads what an exec client sent, for servers of the protocol. */
export function decodeClientFrame(message: Buffer): ClientFrame {
  const bytes = message.subarray(1)
  switch (message[0]) {
    case CHANNEL.stdin:
      return { type: 'stdin', bytes }
    case CHANNEL.resize:
      return decodeResize(bytes)
    case CHANNEL.close:
      return bytes.length === 1 && bytes[0] === CHANNEL.stdin ? { type: 'stdin-close' } : unknown('close of no stdin')
    default:
      return unknown(`channel ${message[0]}`)
  }
}

/** The exit code in a status: 0 on success, undefined where the exec failed for a reason other than its command. */
export function exitCodeOf(status: ExecStatus): number | undefined {
  if (status.status === 'Success') return 0
  if (status.reason !== 'NonZeroExitCode') return undefined
  const text = status.details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message
  // A process keeps eight bits of its status: 256 would be success.
  return text !== undefined && /^\d{1,3}$/.test(text) && Number(text) <= 255 ? Number(text) : undefined
}

function decodeStatus(bytes: Buffer): ServerFrame {
  const value = parseJson(bytes) as Partial<ExecStatus> | undefined
  if (value?.status !== 'Success' && value?.status !== 'Failure')
    return unknown('a status that is neither success nor failure')
  if (!hasStatusParts(value)) return unknown('a status with a part of the wrong type')
  return { type: 'status', status: value as ExecStatus }
}

/** The parts that are read, of a sender that may send anything. Go's null is an absent part. */
function hasStatusParts({ reason, message, code, details }: Partial<ExecStatus>): boolean {
  const causes: unknown = details?.causes ?? []
  return (
    [reason, message].every(isAbsentOr('string')) &&
    isAbsentOr('number')(code) &&
    Array.isArray(causes) &&
    causes.every(isCause)
  )
}

const isCause = (cause: unknown): boolean =>
  isObject(cause) && [cause.reason, cause.message].every(isAbsentOr('string'))

function decodeResize(bytes: Buffer): ClientFrame {
  const { Width, Height } = (parseJson(bytes) ?? {}) as { Width?: unknown; Height?: unknown }
  if (!isDimension(Width) || !isDimension(Height)) return unknown('a resize without width and height')
  return { type: 'resize', size: { columns: Width, rows: Height } }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const isAbsentOr = (type: 'string' | 'number') => (value: unknown) =>
  value === undefined || value === null || typeof value === type

const isDimension = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff

const unknown = (why: string) => ({ type: 'unknown', why }) as const

function parseJson(bytes: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
