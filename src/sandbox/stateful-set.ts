import { randomUUID } from 'node:crypto'

/** What the pods belong to, so that `exec statefulset/web` finds its pod. */
export interface StatefulSet {
  readonly apiVersion: 'apps/v1'
  readonly kind: 'StatefulSet'
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly uid: string
    readonly creationTimestamp: string
    readonly labels: Readonly<Record<string, string>>
  }
  readonly spec: { readonly replicas: 1; readonly selector: object; readonly template: object }
  readonly status: object
}

export interface StatefulSetDraft {
  readonly app: string
  readonly namespace: string
  readonly since: string
  /** The pod's own spec. */
  readonly spec: object
}

export function statefulSetOf({ app, namespace, since, spec }: StatefulSetDraft): StatefulSet {
  const labels = { app }
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: app, namespace, uid: randomUUID(), creationTimestamp: since, labels },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    status: { replicas: 1, readyReplicas: 1, availableReplicas: 1 },
  }
}
