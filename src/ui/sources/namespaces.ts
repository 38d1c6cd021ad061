import type { KubeConnection } from '../../kube/connection.ts'
import { nextPage } from './paging.ts'
import type { Reporting } from './source.ts'
import { stoppedBy } from './trouble.ts'

interface NamespacePage {
  readonly metadata?: { readonly continue?: string }
  readonly items?: readonly { readonly metadata?: { readonly name?: string } }[]
}

const PAGE = 500

function namesIn({ items }: NamespacePage): string[] {
  const names = Array.isArray(items) ? items.map((each) => each?.metadata?.name) : []
  return names.filter((name) => typeof name === 'string' && name !== '')
}

/** The names of all namespaces, for those who may list them. */
export async function namespacesOf(connection: KubeConnection, { emit, signal }: Reporting): Promise<void> {
  try {
    const names: string[] = []
    let next: string | undefined
    do {
      const query = { limit: PAGE, ...(next === undefined ? {} : { continue: next }) }
      const page: NamespacePage = await connection.getJson<NamespacePage>('/api/v1/namespaces', { query, signal })
      names.push(...namesIn(page))
      next = nextPage(page.metadata, next)
    } while (next !== undefined)
    emit({ type: 'namespaces-listed', names: names.sort() })
    emit({ type: 'namespaces-feed', feed: { type: 'live' } })
  } catch (error) {
    if (!signal.aborted) emit({ type: 'namespaces-feed', feed: stoppedBy(error) })
  }
}
