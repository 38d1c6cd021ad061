/** The status that ends an exec, in the words of containerd and of k8s.io/cri-streaming `ServeExec`. */
import type { ExecStatus } from '../protocol/channel.ts'
import type { ShellEnding } from './shell.ts'
import { internalError } from './status.ts'

type WireStatus = ExecStatus & { readonly metadata: object }

export function execStatusOf(ending: ShellEnding, command: readonly string[]): WireStatus {
  if (ending.how === 'not-started') return notStarted(ending.why)
  if (ending.code === 0) return { metadata: {}, status: 'Success' }
  const why = `error executing command [${command.join(' ')}], exit code ${ending.code}`
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: ${why}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(ending.code) }] },
  }
}

/** A command that could not be started has no exit code: the runtime failed, not the command. */
function notStarted(why: string): WireStatus {
  const runtime = `OCI runtime exec failed: exec failed: unable to start container process: ${why}: unknown`
  const { metadata, status, message, reason, code } = internalError(
    `error executing command in container: failed to exec in container: failed to start exec: ${runtime}`,
  )
  return { metadata, status, message, reason, code }
}
