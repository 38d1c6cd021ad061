import { connect, type Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import { fault } from './faults.ts'
import { faultFromNetworkError } from './network-faults.ts'
import type { ResolvedConnection } from './resolved.ts'
import { hostOf, portOf } from './server-url.ts'
import { secure } from './tls.ts'
import { tunnel } from './tunnel.ts'

/** Go's net.Dialer gives a connection thirty seconds. */
const CONNECT_TIMEOUT_MS = 30_000

export type DialTarget = Pick<ResolvedConnection, 'server' | 'tls' | 'proxy'>

/** Makes the TLS context, or gives the one that was made; it throws a Fault for material that cannot be used. */
export type ContextSource = () => SecureContext | undefined

/** A socket on which the API server can be spoken to: TCP, the proxy if there is one, TLS if it is https. */
export async function dial({ server, tls, proxy }: DialTarget, contextSource: ContextSource): Promise<Socket> {
  const host = hostOf(server)
  let socket: Socket | undefined
  try {
    const { context, connected } = await connectAndPrepare(proxy ?? server, contextSource)
    socket = connected
    if (proxy !== undefined) socket = await throughProxy(socket, { server, tls, proxy }, context)
    if (tls !== undefined && context !== undefined) socket = await secure(socket, { host, trust: tls, context })
    return socket
  } catch (error) {
    socket?.destroy()
    throw faultFromNetworkError(error, proxy === undefined ? server.host : `${server.host} via proxy ${proxy.host}`)
  }
}

interface Prepared {
  readonly connected: Socket
  readonly context: SecureContext | undefined
}

/** The first TLS context of a process takes ten milliseconds: they pass while the SYN is on its way. */
async function connectAndPrepare(url: URL, contextSource: ContextSource): Promise<Prepared> {
  const connecting = connectTcp(url)
  // node:net sends the SYN on the next tick.
  await new Promise((resolve) => process.nextTick(resolve))
  try {
    const context = contextSource()
    return { connected: await connecting, context }
  } catch (error) {
    connecting.then(
      (socket) => socket.destroy(),
      () => undefined,
    )
    throw error
  }
}

/** An https proxy is checked against the kubeconfig's authority, as kubectl does it. */
async function throughProxy(
  socket: Socket,
  { server, tls, proxy }: DialTarget & { proxy: URL },
  context: SecureContext | undefined,
): Promise<Socket> {
  const trust = tls ?? { ca: undefined, insecure: false, serverName: undefined }
  if (proxy.protocol === 'https:' && context === undefined) {
    throw fault('KAE_KUBE_PROXY_FAILED', {
      detail: `${proxy.host}: an https proxy for an http server is not supported`,
    })
  }
  const hop =
    proxy.protocol === 'https:' && context !== undefined
      ? await secure(socket, { host: hostOf(proxy), trust, context })
      : socket
  await tunnel(hop, proxy, { host: hostOf(server), port: portOf(server) })
  return hop
}

function connectTcp(url: URL): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostOf(url), port: portOf(url), noDelay: true, keepAlive: true })
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => {
      socket.destroy(fault('KAE_KUBE_TIMEOUT', { detail: `${url.host}: no connection within 30 s` }))
    })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.off('error', reject)
      resolve(socket)
    })
  })
}
