/** Lists as `meta.k8s.io/v1` Tables, which is how `kubectl get` asks for them. */
import type { Namespace, Pod } from './objects.ts'
import type { StatefulSet } from './stateful-set.ts'

export type Item = Pod | Namespace | StatefulSet

const COLUMNS: Readonly<Record<Item['kind'], readonly string[]>> = {
  Namespace: ['Status', 'Age'],
  Pod: ['Ready', 'Status', 'Restarts', 'Age'],
  StatefulSet: ['Ready', 'Age'],
}

const column = (name: string, format = '') => ({ name, type: 'string', format, description: name, priority: 0 })

export const wantsTable = (accept: string | undefined): boolean => /;as=Table/.test(accept ?? '')

export function tableOf(items: readonly Item[], now: number): object {
  const names = COLUMNS[items[0]?.kind ?? 'Pod']
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
  if (item.kind === 'StatefulSet') return [name, '1/1', age]
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
