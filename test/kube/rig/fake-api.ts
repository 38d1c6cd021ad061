import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Pod } from '../../../src/kube/pod-order.ts'
import { answerJson } from './recording-server.ts'

const RESOURCES: Record<string, readonly (readonly [plural: string, kind: string, short: string])[]> = {
  v1: [
    ['pods', 'Pod', 'po'],
    ['services', 'Service', 'svc'],
    ['replicationcontrollers', 'ReplicationController', 'rc'],
    ['configmaps', 'ConfigMap', 'cm'],
  ],
  'apps/v1': [
    ['deployments', 'Deployment', 'deploy'],
    ['replicasets', 'ReplicaSet', 'rs'],
    ['statefulsets', 'StatefulSet', 'sts'],
    ['daemonsets', 'DaemonSet', 'ds'],
  ],
  'batch/v1': [
    ['jobs', 'Job', 'jobs'],
    ['cronjobs', 'CronJob', 'cj'],
  ],
}

const discovery = (groupVersion: string): object => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources: RESOURCES[groupVersion]?.map(([name, kind, short]) => ({
    name,
    singularName: kind.toLowerCase(),
    namespaced: true,
    kind,
    verbs: ['get', 'list', 'watch'],
    shortNames: [short],
  })),
})

const group = (name: string): object => {
  const version = { groupVersion: `${name}/v1`, version: 'v1' }
  return { name, versions: [version], preferredVersion: version }
}

/** Just enough of an API server for `kubectl exec TYPE/NAME`: discovery, objects and pods, nothing that runs. */
export interface FakeApi {
  /** By path below the namespace's root, such as `/apis/apps/v1/…/deployments/api`. */
  readonly objects: Map<string, object>
  pods: readonly Pod[]
  /** `POD CONTAINER` of each exec that was asked for. */
  readonly execs: string[]
  readonly selectors: (string | null)[]
  /** Watches that wait for a pod to appear. */
  readonly watchers: ServerResponse[]
  handle(request: IncomingMessage, response: ServerResponse): void
  upgrade(request: IncomingMessage, socket: { end(text: string): unknown }): void
}

export function makeFakeApi(): FakeApi {
  const api: FakeApi = {
    objects: new Map(),
    pods: [],
    execs: [],
    selectors: [],
    watchers: [],
    handle: (request, response) => {
      const url = new URL(request.url ?? '', 'http://x')
      const found = api.objects.get(url.pathname) ?? fixed(url.pathname)
      if (found !== undefined) return answerJson(response, 200, found)
      if (url.pathname.endsWith('/exec')) return refuse(url, response)
      if (url.pathname === '/api/v1/namespaces/default/pods') return listPods(url, response)
      const pod = api.pods.find(({ metadata }) => url.pathname === `/api/v1/namespaces/default/pods/${metadata.name}`)
      if (pod !== undefined) return answerJson(response, 200, pod)
      answerJson(response, 404, failure(404, 'NotFound', `${url.pathname} not found`))
    },
    upgrade: (request, socket) => {
      note(new URL(request.url ?? '', 'http://x'))
      const body = JSON.stringify(failure(403, 'Forbidden', 'nothing runs here'))
      const head = `HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`
      socket.end(`${head}Connection: close\r\n\r\n${body}`)
    },
  }
  const note = (url: URL): void => {
    api.execs.push(`${url.pathname.split('/').at(-2)} ${url.searchParams.get('container')}`)
  }
  const refuse = (url: URL, response: ServerResponse): void => {
    note(url)
    answerJson(response, 403, failure(403, 'Forbidden', 'nothing runs here'))
  }
  const listPods = (url: URL, response: ServerResponse): void => {
    api.selectors.push(url.searchParams.get('labelSelector'))
    if (url.searchParams.get('watch') === null) {
      return answerJson(response, 200, {
        kind: 'PodList',
        apiVersion: 'v1',
        metadata: { resourceVersion: '7' },
        items: api.pods,
      })
    }
    response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders()
    api.watchers.push(response)
  }
  return api
}

function fixed(path: string): object | undefined {
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] }
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: [group('apps'), group('batch')] }
  const [, groupVersion = ''] = /^\/apis?\/(v1|[a-z]+\/v1)$/.exec(path) ?? []
  return groupVersion in RESOURCES ? discovery(groupVersion) : undefined
}

const failure = (code: number, reason: string, message: string): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  code,
  reason,
  message,
})
