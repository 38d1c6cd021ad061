import type { SessionQuery } from '../../../src/protocol/session-library.ts'
import type { SessionPhase } from '../../../src/protocol/session-object.ts'
import type { SessionSelection } from '../../library/selection.ts'
import type { Asking } from './asking.ts'
import type { Question } from './question.ts'
import { type FieldTerm, fieldMatcher, type Matcher } from './selectors.ts'
import { isOwn, type Scope } from './visibility.ts'

/** Fields that a library can look for itself; the others are looked at one by one. Undefined: no session has this value. */
const PUSHED: Readonly<Partial<Record<FieldTerm['field'], (value: string) => Partial<SessionQuery> | undefined>>> = {
  'metadata.namespace': (namespace) => ({ namespace }),
  'spec.user.username': (user) => ({ user }),
  'spec.target.pod': (pod) => ({ pod }),
  'spec.target.container': (container) => ({ container }),
  'status.phase': (phase) => (['Live', 'Ended', 'Lost'].includes(phase) ? { phase: phase as SessionPhase } : undefined),
  'status.exitCode': (code) => (/^(0|[1-9]\d{0,9})$/.test(code) ? { exitCode: Number(code) } : {}),
}

/** A query that gives no less than these terms select; undefined where nothing can meet them all. */
export function narrow(query: SessionQuery, terms: readonly FieldTerm[]): SessionQuery | undefined {
  let narrowed: SessionQuery | undefined = query
  for (const { field, equal, value } of terms) {
    const push = PUSHED[field]
    if (!equal || value === '' || push === undefined || narrowed === undefined) continue
    narrowed = both(narrowed, push(value))
  }
  return narrowed
}

/** Undefined where the two contradict each other. */
export function both(one: SessionQuery, other: Partial<SessionQuery> | undefined): SessionQuery | undefined {
  if (other === undefined) return undefined
  for (const [name, value] of Object.entries(other) as Array<[keyof SessionQuery, unknown]>) {
    const known = one[name]
    if (known === undefined || known === value || (known === 'nonzero' && value !== 0)) continue
    return undefined
  }
  return { ...one, ...other }
}

/** What the library is to look for; undefined where nothing can meet it. */
export function queryOf({ query, fields }: Asking, question: Question, scope: Scope): SessionSelection | undefined {
  const narrowed = narrow(query, fields)
  return narrowed === undefined ? undefined : inScope(narrowed, question, scope)
}

/** A query for what a reader may see: in the namespace of the path, and where that is all, their own alone. */
export function inScope(
  query: SessionQuery,
  { reader, namespace }: Question,
  scope: Scope,
): SessionSelection | undefined {
  const inside = namespace === undefined ? query : both(query, { namespace })
  if (scope === 'all' || inside === undefined) return inside
  const own = both(inside, { user: reader.username })
  return own && { ...own, owner: { username: reader.username, authentication: 'request-header' } }
}

/** All of it again, session by session: a library that finds too much must not show too much. */
export function matcherOf({ fields, labels }: Asking, { reader, namespace }: Question, scope: Scope): Matcher {
  const byFields = fieldMatcher(fields)
  return (session) =>
    (scope === 'all' || isOwn(session, reader)) &&
    (namespace === undefined || session.metadata.namespace === namespace) &&
    byFields(session) &&
    labels(session)
}
