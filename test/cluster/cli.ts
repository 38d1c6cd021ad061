import { spawnSync } from 'node:child_process'
import { describeFault, isFault } from '../../src/protocol/fault.ts'
import { build } from './build.ts'
import { down } from './down.ts'
import { exports } from './exports.ts'
import { fault } from './faults.ts'
import { kubectlEnv } from './kubectl.ts'
import { auditLog, binary, stateFolder } from './layout.ts'
import { exclusively } from './lock.ts'
import { isAlive } from './processes.ts'
import { readState, type State } from './state.ts'
import { isRunning, up } from './up.ts'
import { kubeconfigFile } from './users.ts'

/** In one piece, so that a reader such as `head` may leave after it. */
const print = (lines: readonly string[]): boolean => process.stdout.write(`${lines.join('\n')}\n`)

function running(): State {
  const state = readState()
  if (!state || !isRunning(state)) throw fault('KAE_CLUSTER_DOWN')
  return state
}

function status(): void {
  const state = readState()
  const word = state === undefined ? 'down' : isRunning(state) ? 'up' : 'broken'
  const parts = state?.processes.map((id) => `${id.name}\t${isAlive(id) ? `process ${id.pid}` : 'ended'}`) ?? []
  const gates = state?.featureGates || 'as released'
  print([`state\t${word}`, `folder\t${stateFolder()}`, `audit\t${auditLog()}`, `feature gates\t${gates}`, ...parts])
}

function kubectl(args: readonly string[]): void {
  running()
  const env = {
    ...kubectlEnv(kubeconfigFile('admin')),
    ...(process.env.KUBECONFIG ? { KUBECONFIG: process.env.KUBECONFIG } : {}),
  }
  process.exitCode = spawnSync(binary('kubectl'), args, { stdio: 'inherit', env }).status ?? 1
}

function printExports(): void {
  running()
  const quote = (value: string) => `'${value.replaceAll("'", "'\\''")}'`
  print(Object.entries(exports()).map(([name, value]) => `export ${name}=${quote(value)}`))
}

async function main([command, ...args]: readonly string[]): Promise<void> {
  switch (command) {
    case 'build':
      return build()
    case 'up':
      return up()
    case 'down':
      return exclusively(down)
    case 'status':
      return status()
    case 'env':
      return printExports()
    case 'kubectl':
      return kubectl(args)
    default:
      throw fault('KAE_CLUSTER_USAGE', { detail: command ?? 'none was given' })
  }
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!isFault(error)) throw error
  process.stderr.write(`${describeFault(error)}\n`)
  process.exitCode = error.exit
}
