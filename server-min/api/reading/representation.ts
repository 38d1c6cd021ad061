/** In which shape sessions are given: as they are, as rows of a Table, or by their metadata alone. */
import { GROUP_VERSION } from '../../../src/protocol/api.ts'
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import { fault } from '../faults.ts'
import { COLUMN_DEFINITIONS, cellsOf } from './cells.ts'

/** How much of each object a Table's row carries (meta.k8s.io/v1 `IncludeObjectPolicy`). */
type Included = 'None' | 'Metadata' | 'Object'

export type Shape =
  | { readonly as: 'Session' }
  | { readonly as: 'Table'; readonly include: Included }
  | { readonly as: 'PartialObjectMetadata' }

export interface ListMeta {
  readonly resourceVersion: string
  readonly continue?: string
}

const META_VERSION = 'meta.k8s.io/v1'

/**
 * The first shape in an Accept header that we have (k8s.io/apiserver pkg/endpoints/handlers/negotiation). Where none is
 * ours it is the plain one, as for every client that does not care.
 */
export function negotiateShape(accept: string | undefined, includeObject: string | null): Shape {
  for (const wanted of (accept ?? '').split(',')) {
    const [type, ...parameters] = wanted.split(';').map((part) => part.trim())
    if (type !== 'application/json' && type !== '*/*' && type !== 'application/*') continue
    const as = parameters.find((parameter) => parameter.startsWith('as='))?.slice(3)
    if (as === undefined) return { as: 'Session' }
    if (!parameters.includes('g=meta.k8s.io') || !parameters.includes('v=v1')) continue
    if (as === 'Table') return { as, include: includedOf(includeObject) }
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { as: 'PartialObjectMetadata' }
  }
  return { as: 'Session' }
}

function includedOf(text: string | null): Included {
  if (text === null || text === '') return 'Metadata'
  if (text === 'None' || text === 'Metadata' || text === 'Object') return text
  throw fault('KAE_READ_QUERY_INVALID', { detail: 'includeObject is None, Metadata or Object' })
}

interface Listed {
  readonly items: readonly SessionObject[]
  readonly metadata: ListMeta
  readonly warnings: readonly string[]
}

export function listIn(shape: Shape, { items, metadata, warnings }: Listed, now: number): object {
  if (shape.as === 'Table') return tableOf(items, { include: shape.include, metadata, now })
  if (shape.as === 'PartialObjectMetadata') {
    return { kind: 'PartialObjectMetadataList', apiVersion: META_VERSION, metadata, items: items.map(partialOf) }
  }
  const list = { kind: 'SessionList', apiVersion: GROUP_VERSION, metadata, items }
  return warnings.length === 0 ? list : { ...list, warnings }
}

/** @param headings false: the rows of a Table alone, for whoever has had its columns before */
export function objectIn(
  shape: Shape,
  session: SessionObject,
  { now, headings = true }: { now: number; headings?: boolean },
): object {
  if (shape.as === 'Session') return session
  if (shape.as === 'PartialObjectMetadata') return partialOf(session)
  const { resourceVersion = '' } = session.metadata
  const table = tableOf([session], { include: shape.include, metadata: { resourceVersion }, now })
  return headings ? table : { ...table, columnDefinitions: null }
}

interface TableParts {
  readonly include: Included
  readonly metadata: ListMeta
  readonly now: number
}

const tableOf = (items: readonly SessionObject[], { include, metadata, now }: TableParts) => ({
  kind: 'Table',
  apiVersion: META_VERSION,
  metadata,
  columnDefinitions: COLUMN_DEFINITIONS,
  rows: items.map((session) => ({
    cells: cellsOf(session, now),
    object: include === 'None' ? null : include === 'Object' ? session : partialOf(session),
  })),
})

const partialOf = ({ metadata }: SessionObject) => ({
  kind: 'PartialObjectMetadata',
  apiVersion: META_VERSION,
  metadata,
})
