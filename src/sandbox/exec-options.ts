import type { Pod } from './objects.ts'
import { type ApiRequest, isTrue } from './request.ts'
import { badRequest, type Status } from './status.ts'

/** `v1` PodExecOptions: booleans that are false and an empty container are left out, as Go leaves them out. */
export interface PodExecOptions {
  readonly kind: 'PodExecOptions'
  readonly apiVersion: 'v1'
  readonly stdin?: true
  readonly stdout?: true
  readonly stderr?: true
  readonly tty?: true
  readonly container?: string
  readonly command?: readonly string[]
}

const FLAGS = ['stdin', 'stdout', 'stderr', 'tty'] as const

export function parseExecOptions({ query }: ApiRequest): PodExecOptions {
  const flags = FLAGS.filter((flag) => isTrue(query.get(flag))).map((flag) => [flag, true] as const)
  const container = query.get('container') ?? ''
  const command = query.getAll('command')
  return {
    kind: 'PodExecOptions',
    apiVersion: 'v1',
    ...Object.fromEntries(flags),
    ...(container !== '' && { container }),
    ...(command.length > 0 && { command }),
  }
}

/**
 * What the API server and the kubelet refuse before they start anything.
 * Source: `validateContainer` in k8s.io/kubernetes pkg/registry/core/pod/strategy.go, `NewOptions` in k8s.io/cri-streaming.
 */
export function checkExecOptions(options: PodExecOptions, pod: Pod): Status | undefined {
  const { name } = pod.metadata
  const names = pod.spec.containers.map((container) => container.name)
  if (options.container === undefined && names.length > 1) {
    return badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`)
  }
  if (options.container !== undefined && !names.includes(options.container)) {
    return badRequest(`container ${options.container} is not valid for pod ${name}`)
  }
  if (!options.stdin && !options.stdout && !options.stderr) {
    return badRequest('you must specify at least 1 of stdin, stdout, stderr')
  }
  return options.command === undefined ? badRequest('you must specify a command for the container') : undefined
}
