/** `pods/{pod}/exec`: review, checks, upgrade, and then a local process at the other end. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { EXEC_SUBPROTOCOLS } from '../protocol/channel.ts'
import { isFault } from '../protocol/fault.ts'
import { checkExecOptions, type PodExecOptions, parseExecOptions } from './exec-options.ts'
import { ExecSession, type Launch } from './exec-session.ts'
import { findPod, type Inventory } from './objects.ts'
import { startPiped } from './piped-shell.ts'
import { type PodHost, prepareShell } from './pod-shells.ts'
import { type Headers, refuseUpgrade } from './reply.ts'
import type { ApiRequest } from './request.ts'
import { badRequest, failure, notFound, type Status } from './status.ts'
import { killStrays } from './strays.ts'
import { loadTerminals, type StartTerminal } from './terminal-shell.ts'

/** golang.org/x/net/websocket, which the API server uses, takes messages up to 32 MB. */
const MESSAGE_MAX_BYTES = 32 << 20

export interface Upgrade {
  readonly incoming: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
}

export interface PreparedExec {
  readonly ok: true
  readonly launch: Launch
  readonly options: PodExecOptions
}

export type ExecPreparation = PreparedExec | { readonly ok: false; readonly status: Status }

export interface ExecServer {
  /** Everything that can be refused with a Status after the review. */
  prepare(request: ApiRequest, incoming: IncomingMessage): Promise<ExecPreparation>
  /** Upgrades and runs. `headers` are added to the 101. */
  carry(upgrade: Upgrade, prepared: PreparedExec, headers: Headers): void
  /** Ends every process and waits until each is gone. */
  close(): Promise<void>
}

export function makeExecServer(inventory: Inventory, podsFolder: string): ExecServer {
  const sessions = new Set<ExecSession>()
  const host: PodHost = { id: randomUUID(), folder: podsFolder }
  return {
    prepare: (request, incoming) => prepare({ request, incoming, inventory, host }),
    carry: (upgrade, { options, launch }, headers) =>
      acceptWebSocket(upgrade, headers, (webSocket) => {
        const session = new ExecSession(webSocket, options, launch)
        sessions.add(session)
        void session.ended.then(() => sessions.delete(session))
      }),
    close: async () => {
      const open = [...sessions]
      for (const session of open) session.terminate()
      await Promise.all(open.map((session) => session.ended))
      killStrays(host.id)
    },
  }
}

function acceptWebSocket(
  { incoming, socket, head }: Upgrade,
  headers: Headers,
  use: (socket: WebSocket) => void,
): void {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MESSAGE_MAX_BYTES,
    handleProtocols: (offered) => EXEC_SUBPROTOCOLS.find((name) => offered.has(name)) ?? false,
  })
  server.on('headers', (lines) => lines.push(...headers.map(([name, value]) => `${name}: ${value}`)))
  server.on('wsClientError', (error) => refuseUpgrade(socket, badRequest(error.message), headers))
  server.handleUpgrade(incoming, socket, head, use)
}

interface Preparing {
  readonly request: ApiRequest
  readonly incoming: IncomingMessage
  readonly inventory: Inventory
  readonly host: PodHost
}

async function prepare({ request, incoming, inventory, host }: Preparing): Promise<ExecPreparation> {
  const { namespace = '', name = '' } = request.target ?? {}
  const pod = findPod(inventory, namespace, name)
  if (pod === undefined) return refused(notFound({ group: '', resource: 'pods', name }))
  const options = parseExecOptions(request)
  const refusal = checkExecOptions(options, pod) ?? checkUpgrade(incoming)
  if (refusal !== undefined) return refused(refusal)
  try {
    const startTerminal = options.tty ? await loadTerminals() : undefined
    return { ok: true, options, launch: launcherOf({ options, namespace, pod: name, host }, startTerminal) }
  } catch (error) {
    if (!isFault(error)) throw error
    return refused(failure({ code: error.http, reason: error.code, message: `${error.message}. ${error.next}` }))
  }
}

function checkUpgrade({ headers }: IncomingMessage): Status | undefined {
  const upgrade = headers.upgrade?.toLowerCase()
  if (upgrade === undefined) return badRequest('Upgrade request required')
  if (upgrade !== 'websocket') {
    return badRequest(`the sandbox speaks WebSockets only, and this request asks for ${headers.upgrade}`)
  }
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  if (EXEC_SUBPROTOCOLS.some((name) => offered.includes(name))) return undefined
  return badRequest(`none of the subprotocols [${offered.join(' ')}] is one of [${EXEC_SUBPROTOCOLS.join(' ')}]`)
}

interface Launching {
  readonly options: PodExecOptions
  readonly namespace: string
  readonly pod: string
  readonly host: PodHost
}

function launcherOf({ options, namespace, pod, host }: Launching, startTerminal?: StartTerminal): Launch {
  const { stdin = false, stdout = false, stderr = false, tty = false, command = [] } = options
  return (size, events) => {
    try {
      const ready = prepareShell(host, { namespace, pod, tty }, command)
      return startTerminal ? startTerminal(ready, size, events) : startPiped(ready, { stdin, stdout, stderr }, events)
    } catch (error) {
      // Not before its caller has the shell in hand.
      queueMicrotask(() => events.ended({ how: 'not-started', why: (error as Error).message }))
      return NO_SHELL
    }
  }
}

const NO_SHELL = {
  write: () => true,
  endInput: () => {},
  resize: () => {},
  pauseOutput: () => {},
  resumeOutput: () => {},
  kill: () => {},
}

const refused = (status: Status): ExecPreparation => ({ ok: false, status })
