import { once } from 'node:events'
import { describeFault, isFault } from '../src/protocol/fault.ts'
import { helpText, parseFlags } from './flags.ts'
import { jsonLog } from './observe/json-log.ts'
import { type RunningServer, serve } from './serve.ts'
import { serveOptions } from './settings.ts'
import { SERVER_VERSION } from './version.ts'

/** Runs the server until it is told to stop or its log fails. Resolves with the process's exit status. */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const invocation = parseFlags(argv, env)
    if (invocation.type === 'help') return print(helpText())
    if (invocation.type === 'version') return print(`kube-audit-exec-server/${SERVER_VERSION}\n`)
    return await run(serveOptions(invocation.values))
  } catch (error) {
    if (!isFault(error)) throw error
    process.stderr.write(`${describeFault(error)}\n`)
    return error.exit
  }
}

async function run(options: Parameters<typeof serve>[0]): Promise<number> {
  const writeLog = jsonLog(process.stderr, () => new Date())
  const stopped = stopSignal()
  const server = await serve({ ...options, writeLog })
  const { address, port, metricsPort } = server
  writeLog('info', 'listening', { version: SERVER_VERSION, address, port, metricsPort })
  const failure = await Promise.race([stopped, server.failed])
  if (failure === undefined) writeLog('info', 'stopping: clients may resume with the next server')
  else writeLog('error', 'the log failed; start again to recover', { error: failure.message })
  await close(server)
  return failure === undefined ? 0 : 1
}

/** A second signal does not wait for the first. */
async function stopSignal(): Promise<undefined> {
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(143))
}

/** A log that failed may not close either: then the process ends without. */
async function close(server: RunningServer): Promise<void> {
  await server.close().catch(() => undefined)
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}
