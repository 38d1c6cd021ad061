import type { KubeConnection } from '../../kube/connection.ts'
import { Holding } from './holding.ts'
import { Pages } from './paging.ts'
import type { Reporting } from './source.ts'
import { stoppedBy } from './trouble.ts'

interface NamespacePage {
  readonly metadata?: unknown
  readonly items?: readonly { readonly metadata?: { readonly name?: string } }[]
}

const PAGE = 500
/** RFC 1123 has labels of 63 characters. */
const LONGEST = 253

function namesIn({ items }: NamespacePage): string[] {
  const names = Array.isArray(items) ? items.map((each) => each?.metadata?.name) : []
  return names.filter((name) => typeof name === 'string' && name !== '' && name.length <= LONGEST)
}

/** The names of all namespaces, for those who may list them. */
export async function namespacesOf(connection: KubeConnection, { emit, signal }: Reporting): Promise<void> {
  try {
    const names: string[] = []
    const [pages, holding] = [new Pages(), new Holding()]
    let page: NamespacePage
    do {
      const query = { limit: PAGE, ...pages.query }
      page = await connection.getJson<NamespacePage>('/api/v1/namespaces', { query, signal })
      for (const name of namesIn(page)) {
        holding.put({ key: name, words: name })
        names.push(name)
      }
    } while (pages.next(page.metadata))
    emit({ type: 'namespaces-listed', names: names.sort() })
    emit({ type: 'namespaces-feed', feed: { type: 'live' } })
  } catch (error) {
    if (!signal.aborted) emit({ type: 'namespaces-feed', feed: stoppedBy(error) })
  }
}
