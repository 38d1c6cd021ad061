import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadAll } from 'js-yaml'
import type { Images } from '../../workloads.ts'

const WORKLOADS = join(import.meta.dirname, '../../manifests/workloads.yaml')

interface Object {
  readonly kind: string
}

/** The pods `web-0` and `distroless-0` of the test cluster, for another namespace. */
export function workloads(images: Images): Object[] {
  const text = readFileSync(WORKLOADS, 'utf8')
    .replaceAll('IMAGE_SHELLS', images.shells)
    .replaceAll('IMAGE_NO_SHELL', images.noShell)
  return (loadAll(text) as Object[]).filter(({ kind }) => kind !== 'Deployment')
}

/** A namespace in which alice and bob may exec, and open recorded sessions. */
export const people = (namespace: string): object[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  binding({ namespace, role: 'kae-test-developer' }, [{ kind: 'Group', name: 'developers' }]),
  binding({ namespace, role: 'audit-exec-user' }, [
    { kind: 'User', name: 'alice' },
    { kind: 'User', name: 'bob' },
  ]),
]

const binding = (
  { namespace, role }: { readonly namespace: string; readonly role: string },
  subjects: readonly object[],
): object => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name: role, namespace },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  subjects: subjects.map((subject) => ({ apiGroup: 'rbac.authorization.k8s.io', ...subject })),
})
