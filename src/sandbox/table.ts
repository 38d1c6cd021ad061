/** Lists as `meta.k8s.io/v1` Tables, which is how `kubectl get` asks for them. */
import type { Namespace, Pod } from './objects.ts'

type Item = Pod | Namespace

const column = (name: string, format = '') => ({ name, type: 'string', format, description: name, priority: 0 })

export const wantsTable = (accept: string | undefined): boolean => /;as=Table/.test(accept ?? '')

export function tableOf(items: readonly Item[], now: number): object {
  const names = items[0]?.kind === 'Namespace' ? ['Status', 'Age'] : ['Ready', 'Status', 'Restarts', 'Age']
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: '1' },
    columnDefinitions: [column('Name', 'name'), ...names.map((name) => column(name))],
    rows: items.map((item) => ({
      cells: cellsOf(item, now),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: item.metadata },
    })),
  }
}

function cellsOf(item: Item, now: number): string[] {
  const { name, creationTimestamp } = item.metadata
  const age = ageOf(now - Date.parse(creationTimestamp))
  if (item.kind === 'Namespace') return [name, item.status.phase, age]
  const count = item.spec.containers.length
  return [name, `${count}/${count}`, 'Running', '0', age]
}

function ageOf(millis: number): string {
  const seconds = Math.max(0, Math.floor(millis / 1000))
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 120
    ? `${minutes}m`
    : minutes < 2880
      ? `${Math.floor(minutes / 60)}h`
      : `${Math.floor(minutes / 1440)}d`
}
