import { expect, test } from 'vitest'
import type { Session } from '../../../server-min/ingest/session.ts'
import { SessionTable } from '../../../server-min/ingest/session-table.ts'
import { newId } from '../rig/client.ts'

const session = (username: string, namespace: string, pod: string) =>
  ({ id: newId(), opening: { user: { username }, target: { namespace, pod } } }) as unknown as Session

test('sessions are found by who is where, and by nobody else', () => {
  const table = new SessionTable()
  const [one, two, other] = [session('a', 'n', 'p'), session('a', 'n', 'p'), session('a', 'n', 'q')]
  for (const each of [one, two, other]) table.add(each)
  expect([...table.at({ username: 'a', namespace: 'n', pod: 'p' })]).toEqual([one, two])
  expect([...table.at({ username: 'b', namespace: 'n', pod: 'p' })]).toEqual([])
  expect(table.countOf('a')).toBe(3)
})

test('names that hold the separators of others do not meet', () => {
  const table = new SessionTable()
  table.add(session('a","n', 'x', 'p'))
  expect([...table.at({ username: 'a', namespace: 'n","x', pod: 'p' })]).toEqual([])
})

test('what is deleted is nowhere, and its places are free again', () => {
  const table = new SessionTable()
  const one = session('a', 'n', 'p')
  table.add(one)
  table.add(one)
  expect(table.size).toBe(1)
  table.delete(one.id)
  table.delete(one.id)
  expect([table.size, table.countOf('a'), [...table.at({ username: 'a', namespace: 'n', pod: 'p' })]]).toEqual([
    0,
    0,
    [],
  ])
})
