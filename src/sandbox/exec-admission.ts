import type { IncomingMessage } from 'node:http'
import { reviewExec, type Verdict, type Webhook } from './admission.ts'
import type { AuditLog } from './audit-log.ts'
import type { Caller } from './caller.ts'
import { parseExecOptions } from './exec-options.ts'
import type { ExecServer, PreparedExec } from './exec-server.ts'
import { type Headers, warningHeaders } from './reply.ts'
import { badRequest, internalError, methodNotAllowed, type Status } from './status.ts'

interface Gate {
  readonly webhook: Webhook | undefined
  readonly auditLog: AuditLog
  readonly execs: ExecServer
}

/** `headers` carry the webhook's warnings, whatever the outcome. */
export type ExecOutcome = { readonly headers: Headers } & (
  | { readonly ok: true; readonly prepared: PreparedExec }
  | { readonly ok: false; readonly status: Status }
)

/**
 * Everything between authorization and the upgrade, in the API server's order: the review comes before anybody looks for
 * the pod, and before a SPDY client learns that there is no SPDY. So kubectl, which tries SPDY after a refusal, shows the
 * webhook's own words.
 */
export async function admitExec(gate: Gate, caller: Caller, incoming: IncomingMessage): Promise<ExecOutcome> {
  const verdict = await judge(gate.webhook, caller, incoming)
  const prepared =
    verdict.decision === 'allowed'
      ? await gate.execs.prepare(caller.request, incoming)
      : ({ ok: false, status: verdict.status } as const)
  gate.auditLog.append({
    ...caller,
    ...(caller.impersonator && { user: caller.impersonator, impersonatedUser: caller.user }),
    requestUri: incoming.url ?? '',
    annotations: verdict.annotations,
    code: prepared.ok ? 101 : prepared.status.code,
    ...(!prepared.ok && { refusal: prepared.status }),
  })
  const headers = warningHeaders(verdict.warnings)
  return prepared.ok ? { ok: true, prepared, headers } : { ok: false, status: prepared.status, headers }
}

async function judge(
  webhook: Webhook | undefined,
  { request, user }: Caller,
  { method }: IncomingMessage,
): Promise<Verdict> {
  const { target, query } = request
  if (target === undefined || !['GET', 'POST'].includes(method ?? '')) return denied(methodNotAllowed())
  if (query.has('dryRun')) return denied(badRequest('dryRun is not supported'))
  if (webhook === undefined) return denied(internalError('failed calling webhook: it is not up yet'))
  const { namespace, name: pod } = target
  return await reviewExec(webhook, { user, namespace, pod, options: parseExecOptions(request) })
}

const denied = (status: Status): Verdict => ({ decision: 'denied', status, warnings: [], annotations: {} })
