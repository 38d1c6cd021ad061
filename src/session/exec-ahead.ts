/**
 * An exec that is asked for while its session is still being opened: a round trip less before the first prompt. See
 * docs/decisions/0010: only a shell that waits for a terminal's input, for what it does is what is typed, and nothing is
 * typed before the session is there.
 */
import type { KubeConnection } from '../kube/connection.ts'
import { apiPath } from '../kube/request-path.ts'
import { openWebSocket, type Upgrade } from '../kube/web-socket.ts'
import { EXEC_SUBPROTOCOLS } from '../protocol/channel.ts'
import type { ExecTarget, RequestedTarget } from '../protocol/session.ts'
import type { SessionId } from '../protocol/session-id.ts'
import { BEST_SHELL, execQuery } from './target.ts'

/** Covers admission, the kubelet's connection and the container runtime's start of the command. */
const EXEC_TIMEOUT_MS = 60_000

const BARE_SHELL = /^(?:\/(?:usr\/)?bin\/)?(?:sh|ash|bash|dash|zsh|ksh|fish)$/

/** Whether it does nothing of consequence until somebody types, and what it is is known to the last field. */
export function mayGoAhead(target: RequestedTarget): target is ExecTarget {
  const { container, command, stdin, tty } = target
  const shell = command === BEST_SHELL || (command.length === 1 && BARE_SHELL.test(command[0] ?? ''))
  return container !== undefined && stdin && tty && shell
}

export interface UpgradeRequest {
  readonly id: SessionId
  readonly target: ExecTarget
  readonly signal?: AbortSignal
}

export function upgradeExec(connection: KubeConnection, { id, target, signal }: UpgradeRequest): Promise<Upgrade> {
  return openWebSocket(connection, {
    path: apiPath`/api/v1/namespaces/${target.namespace}/pods/${target.pod}/exec`,
    query: execQuery(target),
    protocols: EXEC_SUBPROTOCOLS,
    headers: { 'Audit-ID': id },
    timeoutMs: EXEC_TIMEOUT_MS,
    ...(signal === undefined ? {} : { signal }),
  })
}

/** Nothing is read from it or written to it before the session is there. */
export class ExecAhead {
  readonly #upgrade: Promise<Upgrade>
  readonly #leaving = new AbortController()
  #refused = false

  constructor(connection: KubeConnection, request: Omit<UpgradeRequest, 'signal'>) {
    this.#upgrade = upgradeExec(connection, { ...request, signal: this.#leaving.signal })
    this.#upgrade.then(
      ({ type }) => {
        this.#refused = type === 'refused'
      },
      () => undefined,
    )
  }

  /** The answer, for a session that is there by now. Undefined where it was denied: perhaps only because it came too early. */
  async answer(): Promise<Upgrade | undefined> {
    const upgrade = await this.#upgrade
    return upgrade.type === 'refused' && upgrade.refusal.status === 403 ? undefined : upgrade
  }

  /** There is no session, so there is no exec. False where the cluster has refused it already. */
  abandon(): boolean {
    this.#leaving.abort()
    this.#upgrade.then(
      (upgrade) => upgrade.type === 'open' && upgrade.socket.terminate(),
      () => undefined,
    )
    return !this.#refused
  }
}
