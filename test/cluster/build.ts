import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fault } from './faults.ts'
import { BINARIES, type Binary, binary, cacheFolder, findProgram, KUBERNETES_VERSION } from './layout.ts'

/** Debian's packages, each with a program that shows whether it is there. */
const PACKAGES: Readonly<Record<string, string>> = {
  'etcd-server': 'etcd',
  containerd: 'containerd',
  runc: 'runc',
  'containernetworking-plugins': '/usr/lib/cni/ptp',
  'busybox-static': 'busybox',
  'bash-static': 'bash-static',
  iproute2: 'ip',
  'util-linux': 'nsenter',
  mount: 'mount',
}

const GO = 'go (https://go.dev/dl/, 1.26 or later)'
const VERSION_PACKAGE = 'k8s.io/component-base/version'
const [, MAJOR = '', MINOR = ''] = /^v(\d+)\.(\d+)\./.exec(KUBERNETES_VERSION) ?? []
const LDFLAGS = [
  '-s -w',
  `-X ${VERSION_PACKAGE}.gitVersion=${KUBERNETES_VERSION}`,
  `-X ${VERSION_PACKAGE}.gitMajor=${MAJOR}`,
  `-X ${VERSION_PACKAGE}.gitMinor=${MINOR}`,
  `-X ${VERSION_PACKAGE}.gitTreeState=clean`,
].join(' ')

const missingBinaries = (): Binary[] => BINARIES.filter((name) => !existsSync(binary(name)))

const missingPackages = (): string[] =>
  Object.entries(PACKAGES)
    .filter(([, program]) => (program.startsWith('/') ? !existsSync(program) : !findProgram(program)))
    .map(([name]) => name)

const isRoot = (): boolean => process.getuid?.() === 0

/** Throws, naming all that is missing at once, unless a cluster can be started. Changes nothing. */
export function assertBuilt(): void {
  cacheFolder()
  if (!isRoot()) throw fault('KAE_CLUSTER_NOT_ROOT', { detail: `this is user ${process.getuid?.()}` })
  const binaries = missingBinaries()
  const go = binaries.length > 0 && findProgram('go') === undefined ? [GO] : []
  assertNothingMissing([...binaries, ...go, ...missingPackages().map((name) => `${name} (Debian)`)])
}

/** Installs and builds what is missing. Ten minutes on a cold machine of two cores; nothing when all is there. */
export async function build(): Promise<void> {
  cacheFolder()
  await installPackages(missingPackages())
  const missing = missingBinaries()
  const go = findProgram('go')
  if (missing.length > 0 && go === undefined) assertNothingMissing([GO, ...missing])
  for (const name of missing) await buildBinary(go ?? 'go', name)
}

function assertNothingMissing(missing: readonly string[]): void {
  if (missing.length > 0) throw fault('KAE_CLUSTER_MISSING', { detail: missing.join(', ') })
}

async function installPackages(missing: readonly string[]): Promise<void> {
  if (missing.length === 0) return
  const apt = findProgram('apt-get')
  if (!isRoot() || apt === undefined)
    throw fault('KAE_CLUSTER_MISSING', {
      detail: `${missing.join(', ')}; ${isRoot() ? 'apt-get is missing too' : 'only root can install them'}`,
      next: `Install these packages of Debian (or what they hold): ${missing.join(' ')}`,
    })
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await show(apt, ['update'], { env })
  await show(apt, ['install', '-y', '--no-install-recommends', ...missing], { env })
}

async function buildBinary(go: string, name: Binary): Promise<void> {
  process.stderr.write(`building ${name} ${KUBERNETES_VERSION} …\n`)
  mkdirSync(cacheFolder(), { recursive: true })
  const path = binary(name)
  const args = ['build', '-trimpath', '-ldflags', LDFLAGS, '-o', `${path}.tmp`, `k8s.io/kubernetes/cmd/${name}`]
  const cwd = fileURLToPath(new URL('kubernetes/', import.meta.url))
  await show(go, args, { cwd, env: { ...process.env, CGO_ENABLED: '0' } })
  renameSync(`${path}.tmp`, path)
}

/** Runs a program whose progress a person wants to see; on stderr, because stdout is for what a command prints. */
function show(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env: NodeJS.ProcessEnv },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const child = spawn(program, args, { ...options, stdio: ['ignore', 2, 2] })
  child.on('error', reject)
  child.on('close', (code) => {
    if (code === 0) return resolve()
    reject(fault('KAE_CLUSTER_BUILD', { detail: `${program} ${args[0]} exited with ${code}` }))
  })
  return promise
}
