import { expect, test } from 'vitest'
import { FewAtOnce } from '../../../server-min/library/few-at-once.ts'

test('so many enter at once, the others in their order as places become free', async () => {
  const few = new FewAtOnce(2)
  const entered: number[] = []
  const enter = async (number: number) => {
    const place = await few.enter()
    entered.push(number)
    return place
  }
  const [first, second] = [await enter(1), await enter(2)]
  const [third, fourth] = [enter(3), enter(4)]
  await new Promise((resolve) => setImmediate(resolve))
  expect(entered).toEqual([1, 2])
  second?.[Symbol.dispose]()
  await third
  expect(entered).toEqual([1, 2, 3])
  first?.[Symbol.dispose]()
  await fourth
  expect(entered).toEqual([1, 2, 3, 4])
})

test('who leaves while waiting takes nobody’s place', async () => {
  const few = new FewAtOnce(1)
  const first = await few.enter()
  const leaving = new AbortController()
  const [left, next] = [few.enter(leaving.signal), few.enter()]
  leaving.abort()
  expect(await left).toBeUndefined()
  first?.[Symbol.dispose]()
  expect(await next).toBeDefined()
  expect(await few.enter(AbortSignal.abort())).toBeUndefined()
})
