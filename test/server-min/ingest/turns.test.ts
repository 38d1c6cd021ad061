import { expect, test } from 'vitest'
import { Turns } from '../../../server-min/ingest/turns.ts'

/** Work that lasts until it is told to end, and the names of what runs. */
function bench(most: number) {
  const turns = new Turns(most)
  const running = new Map<string, () => void>()
  const start = (user: string, name = user) =>
    turns.take(user, () => new Promise<string>((done) => running.set(name, () => done(name))))
  const finish = async (name: string): Promise<void> => {
    running.get(name)?.()
    running.delete(name)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { start, finish, running: () => [...running.keys()] }
}

test('only so many take their turn at once, and one user only once', async () => {
  const { start, finish, running } = bench(2)
  for (const [user, name] of [
    ['a', 'a1'],
    ['a', 'a2'],
    ['b', 'b1'],
    ['c', 'c1'],
  ])
    void start(user!, name)
  expect(running()).toEqual(['a1', 'b1'])
  await finish('b1')
  expect(running()).toEqual(['a1', 'c1'])
  await finish('a1')
  expect(running()).toEqual(['c1', 'a2'])
})

test('work that fails gives its turn on', async () => {
  const turns = new Turns(1)
  const failing = turns.take('a', () => Promise.reject(new Error('no')))
  const next = turns.take('b', () => Promise.resolve('yes'))
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('yes')
})
