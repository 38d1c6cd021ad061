import { parseSessionId, sessionIdToBytes } from '../../src/protocol/session-id.ts'
import { fault } from './faults.ts'
import type { SessionRow } from './store/session-row.ts'
import type { Store } from './store/store.ts'

/** Names the last session of a page: its place in the order, and its id, since an index made anew may place it elsewhere. */
export const encodeToken = ({ key, id }: Pick<SessionRow, 'key' | 'id'>): string =>
  Buffer.from(`${key} ${id}`).toString('base64url')

/** The key below which the next page begins. @throws Fault KAE_PAGE_EXPIRED */
export function decodeToken(store: Store, token: string): number {
  const [digits = '', text = ''] = Buffer.from(token, 'base64url').toString().split(' ')
  const id = parseSessionId(text)
  const key = /^\d{1,16}$/.test(digits) ? Number(digits) : Number.NaN
  if (id === undefined || !Number.isSafeInteger(key)) throw fault('KAE_PAGE_EXPIRED')
  const now = store.statement('SELECT key FROM sessions WHERE id = ?').get(sessionIdToBytes(id))
  return now === undefined ? key : Number(now.key)
}
