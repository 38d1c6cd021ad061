/** Which index leads is promised in selection.ts: no list that has one looks at every session, or sorts. */
import { expect, it } from 'vitest'
import { questionOf } from '../../../server-min/library/search/candidates.ts'
import { matcherOf } from '../../../server-min/library/search/matcher.ts'
import type { SessionSelection } from '../../../server-min/library/selection.ts'
import { openDatabase } from '../../../server-min/library/store/database.ts'

async function planOf(selection: SessionSelection, texts?: readonly string[]): Promise<string> {
  const { database } = await openDatabase(undefined)
  const { sql, bind } = questionOf({ selection, ...(texts && { texts }) })
  const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...bind(Number.MAX_SAFE_INTEGER, 10))
  database.close()
  return steps.map(({ detail }) => String(detail)).join('\n')
}

it.each<[SessionSelection, string]>([
  [{}, 'SEARCH s USING INTEGER PRIMARY KEY'],
  [{ since: 1, until: 2 }, 'SEARCH s USING INTEGER PRIMARY KEY'],
  [{ namespace: 'a' }, 'sessions_namespace (namespace=?'],
  [{ user: 'a' }, 'sessions_user (username=?'],
  [{ namespace: 'a', user: 'b', interactive: true }, 'sessions_user (username=?'],
  [{ namespace: 'a', owner: { username: 'b', authentication: 'request-header' } }, 'sessions_user (username=?'],
  [{ namespace: 'a', pod: 'b', container: 'c' }, 'sessions_pod (pod=?'],
  [{ namespace: 'a', phase: 'Live' }, 'sessions_unended (unended=?'],
  [{ phase: 'Lost' }, 'sessions_unended (unended=?'],
  [{ exitCode: 'nonzero', namespace: 'a' }, 'sessions_failed (failed=?'],
  [{ exitCode: 5 }, 'sessions_failed (failed=?'],
  [{ command: 'text', user: 'a' }, 'SCAN f VIRTUAL TABLE INDEX'],
])('%o is led by its index, newest first, and never sorted', async (selection, index) => {
  const plan = await planOf(selection)
  expect(plan).toContain(index)
  expect(plan).not.toMatch(/SCAN s\b|TEMP B-TREE/)
})

it.each(['needle', '"needle" OR "x', "needle' --", 'NEAR(a b)', 'text:needle*', '%needle_', 'né€dle😀'])(
  'a search for %s is led by the full-text index, and nothing in it is syntax',
  async (text) => {
    const plan = await planOf({}, matcherOf({ pattern: { type: 'text', text } }).texts)
    expect(plan).toContain('SCAN f VIRTUAL TABLE INDEX')
    expect(plan).not.toContain('TEMP B-TREE')
  },
)
