import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { inState, NETWORK } from './layout.ts'
import { assertAlive, identify, startDetached } from './processes.ts'
import { runOk } from './run.ts'
import { type ProcessId, readState, writeState } from './state.ts'
import { until } from './wait.ts'

/** Folders that containerd 1.6 and the kubelet use whatever their settings say. */
const WIRED_IN = ['/run/containerd', '/var/lib/cni', '/var/lib/kubelet', '/var/log/containers', '/run/netns']

/** Enters the cluster's namespaces. `ip netns exec` would mount /sys anew and hide the cgroups. */
export const inside = (holder: ProcessId, argv: readonly string[]): string[] => [
  'nsenter',
  `--target=${holder.pid}`,
  '--mount',
  '--net',
  '--pid',
  '--',
  ...argv,
]

/** Starts the process that holds the namespaces, and links them to the machine. */
export async function makeNamespace(): Promise<ProcessId> {
  const holder = await startHolder()
  await connect(holder)
  return holder
}

async function startHolder(): Promise<ProcessId> {
  const pidFile = inState('holder.pid')
  const script = fileURLToPath(new URL('holder.sh', import.meta.url))
  const namespaces = ['unshare', '--mount', '--propagation=private', '--net', '--pid', '--fork', '--kill-child']
  const starter = startDetached({ name: 'holder', argv: [...namespaces, 'sh', script, pidFile, ...bindMounts()] })
  const wait = { what: 'the namespaces', seconds: 10, guard: () => assertAlive([starter]) }
  const pid = await until(wait, () => existsSync(pidFile) && Number(readFileSync(pidFile, 'utf8')))
  const holder = identify('holder', pid)
  writeState({ holder })
  return holder
}

function bindMounts(): string[] {
  const missing = WIRED_IN.flatMap(missingParents)
  writeState({ foreignFolders: [...(readState()?.foreignFolders ?? []), ...missing] })
  return WIRED_IN.flatMap((target) => {
    const source = inState('wired-in', target)
    mkdirSync(source, { recursive: true })
    mkdirSync(target, { recursive: true })
    return [source, target]
  })
}

/** The folders that making this one will make, the deepest first. */
function missingParents(folder: string): string[] {
  if (existsSync(folder)) return []
  return [folder, ...missingParents(folder.slice(0, folder.lastIndexOf('/')) || '/')]
}

async function connect(holder: ProcessId): Promise<void> {
  const { hostIp, nodeIp, prefix, hostLink, nodeLink } = NETWORK
  const ip = (...args: string[]) => runOk('ip', args)
  const insideIp = (...args: string[]) => {
    const [program = '', ...rest] = inside(holder, ['ip', ...args])
    return runOk(program, rest)
  }
  await ip('link', 'add', hostLink, 'type', 'veth', 'peer', 'name', nodeLink, 'netns', String(holder.pid))
  await ip('address', 'add', `${hostIp}/${prefix}`, 'dev', hostLink)
  await ip('link', 'set', hostLink, 'up')
  await insideIp('address', 'add', `${nodeIp}/${prefix}`, 'dev', nodeLink)
  await insideIp('link', 'set', nodeLink, 'up')
  await insideIp('route', 'add', 'default', 'via', hostIp)
}
