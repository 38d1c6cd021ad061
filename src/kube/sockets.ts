import type { Socket } from 'node:net'
import type { ClientCertificate } from './credentials.ts'
import { type ContextSource, type DialTarget, dial } from './dial.ts'
import { makeSecureContext } from './tls.ts'

/** The sockets of one connection. Those made with a client certificate that has been replaced are dropped. */
export interface Sockets {
  /** Dials ahead; the next `take` gets this socket. */
  warm(certificate: ClientCertificate | undefined): Promise<void>
  /** A socket for one upgrade, warmed or new, which then belongs to the caller. */
  take(certificate: ClientCertificate | undefined): Promise<Socket>
  /** A socket for plain requests. One that was warmed for an upgrade is replaced meanwhile. */
  lend(certificate: ClientCertificate | undefined): Promise<Socket>
  close(): void
}

interface Generation {
  readonly certificate: ClientCertificate | undefined
  readonly context: ContextSource
  readonly warmed: Set<Promise<Socket>>
}

export function openSockets(target: DialTarget): Sockets {
  let generation: Generation | undefined
  let closed = false
  const current = (certificate: ClientCertificate | undefined): Generation => {
    if (generation !== undefined && generation.certificate === certificate) return generation
    retire(generation)
    generation = { certificate, context: contextOf(target, certificate), warmed: new Set() }
    return generation
  }
  const sockets: Sockets = {
    warm: async (certificate) => {
      const { context, warmed } = current(certificate)
      const dialling = dial(target, context).then(keepQuiet)
      warmed.add(dialling)
      // A dial that failed some time ago says nothing about now: the next `take` dials again.
      dialling.catch(() => warmed.delete(dialling))
      const socket = await dialling
      if (closed) socket.destroy()
    },
    take: async (certificate) => {
      const { context, warmed } = current(certificate)
      for (const ready of warmed) {
        warmed.delete(ready)
        const socket = await ready
        socket.off('error', ignore)
        if (!socket.destroyed && socket.writable) return socket
      }
      return dial(target, context)
    },
    lend: (certificate) => {
      if (current(certificate).warmed.size > 0) sockets.warm(certificate).catch(ignore)
      return sockets.take(certificate)
    },
    close: () => {
      closed = true
      retire(generation)
    },
  }
  return sockets
}

/** One context for all sockets of a generation, made when the first of them is under way. */
function contextOf({ tls }: DialTarget, certificate: ClientCertificate | undefined): ContextSource {
  if (tls === undefined) return () => undefined
  let made: ReturnType<typeof makeSecureContext> | undefined
  return () => {
    made ??= makeSecureContext(tls, certificate)
    return made
  }
}

function retire(generation: Generation | undefined): void {
  for (const warmed of generation?.warmed ?? []) warmed.then((socket) => socket.destroy(), ignore)
}

const ignore = (): void => undefined

/** A server may close an idle socket; `take` then passes it over. */
function keepQuiet(socket: Socket): Socket {
  return socket.on('error', ignore)
}
