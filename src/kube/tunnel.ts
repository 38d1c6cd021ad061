import { isIP, type Socket } from 'node:net'
import { printable } from '../protocol/printable.ts'
import { fault } from './faults.ts'

/** Where a proxy shall connect us to. */
export interface TunnelTarget {
  readonly host: string
  readonly port: number
}

const failed = (proxy: URL, why: string) => fault('KAE_KUBE_PROXY_FAILED', { detail: `${proxy.host}: ${why}` })

/** Makes `socket`, connected to the proxy, a connection to the target. Nothing beyond the proxy's answer is read. */
export async function tunnel(socket: Socket, proxy: URL, target: TunnelTarget): Promise<void> {
  const reader = readerOf(socket, proxy)
  try {
    await (proxy.protocol === 'socks5:' ? socks5 : connectMethod)({ socket, proxy, target, reader })
  } finally {
    reader.release()
  }
}

interface Tunnelling {
  readonly socket: Socket
  readonly proxy: URL
  readonly target: TunnelTarget
  readonly reader: Reader
}

interface Reader {
  /** Exactly `size` bytes, once they are there. */
  take(size: number): Promise<Buffer>
  /** Everything up to and with `mark`. */
  takeUntil(mark: string, limit: number): Promise<Buffer>
  release(): void
}

/** Reads with `socket.read`, never in flowing mode, so that what follows stays in the socket for its next owner. */
function readerOf(socket: Socket, proxy: URL): Reader {
  let wake: () => void = () => undefined
  let ended: Error | undefined
  const onReadable = (): void => wake()
  const onEnd = (): void => {
    ended ??= failed(proxy, 'it closed the connection')
    wake()
  }
  const onError = (error: Error): void => {
    ended ??= error
    wake()
  }
  socket.on('readable', onReadable).on('end', onEnd).on('close', onEnd).on('error', onError)
  const more = async (): Promise<void> => {
    if (ended !== undefined) throw ended
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
  const take = async (size: number): Promise<Buffer> => {
    for (;;) {
      const chunk = socket.read(size) as Buffer | null
      if (chunk !== null && chunk.length === size) return chunk
      await more()
    }
  }
  return {
    take,
    takeUntil: async (mark, limit) => {
      let found = ''
      while (!found.endsWith(mark)) {
        if (found.length >= limit) throw failed(proxy, 'its answer is not HTTP')
        found += (await take(1)).toString('latin1')
      }
      return Buffer.from(found, 'latin1')
    },
    release: () => {
      socket.off('readable', onReadable).off('end', onEnd).off('close', onEnd).off('error', onError)
    },
  }
}

const bracketed = ({ host, port }: TunnelTarget): string => `${isIP(host) === 6 ? `[${host}]` : host}:${port}`

/** RFC 9110, 9.3.6. */
async function connectMethod({ socket, proxy, target, reader }: Tunnelling): Promise<void> {
  const authority = bracketed(target)
  const user = decodeURIComponent(proxy.username)
  const password = decodeURIComponent(proxy.password)
  const credentials = Buffer.from(`${user}:${password}`).toString('base64')
  const authorization = proxy.username === '' ? '' : `Proxy-Authorization: Basic ${credentials}\r\n`
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`)
  const head = (await reader.takeUntil('\r\n\r\n', 65_536)).toString('latin1')
  const status = /^HTTP\/1\.[01] (\d{3})[^\r\n]*/.exec(head)
  if (status?.[1]?.startsWith('2') !== true) {
    throw failed(proxy, `it answered "${printable(head.split('\r\n')[0] ?? '', 200)}" to CONNECT ${authority}`)
  }
}

const SOCKS_REPLIES: Record<number, string> = {
  1: 'general failure',
  2: 'not allowed by its rules',
  3: 'network unreachable',
  4: 'host unreachable',
  5: 'connection refused',
  6: 'time to live expired',
  7: 'command not supported',
  8: 'address type not supported',
}

/** RFC 1928 and 1929. The proxy resolves the name, as Go has it do. */
async function socks5({ socket, proxy, target, reader }: Tunnelling): Promise<void> {
  const withPassword = proxy.username !== ''
  socket.write(Buffer.from(withPassword ? [5, 2, 0, 2] : [5, 1, 0]))
  const [version, method] = await reader.take(2)
  if (version !== 5) throw failed(proxy, 'it does not speak SOCKS5')
  if (method === 2 && withPassword) await socksPassword({ socket, proxy, target, reader })
  else if (method !== 0) throw failed(proxy, 'it accepts none of our ways to authenticate')
  const host = counted(proxy, target.host)
  socket.write(Buffer.from([5, 1, 0, 3, ...host, target.port >> 8, target.port & 255]))
  const [, reply = 0, , kind] = await reader.take(4)
  if (reply !== 0) throw failed(proxy, SOCKS_REPLIES[reply] ?? `it answered ${reply}`)
  const length = kind === 1 ? 4 : kind === 4 ? 16 : ((await reader.take(1))[0] ?? 0)
  await reader.take(length + 2)
}

/** Behind its length in one byte. One that does not fit would be another name to the proxy. */
function counted(proxy: URL, text: string): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length > 255) throw failed(proxy, 'a name or a password is longer than 255 bytes')
  return Buffer.from([bytes.length, ...bytes])
}

async function socksPassword({ socket, proxy, reader }: Tunnelling): Promise<void> {
  const words = [proxy.username, proxy.password].map((word) => counted(proxy, decodeURIComponent(word)))
  socket.write(Buffer.from([1, ...words.flatMap((word) => [...word])]))
  const [, status] = await reader.take(2)
  if (status !== 0) throw failed(proxy, 'it does not accept the user name and password')
}
