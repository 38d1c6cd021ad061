import { join } from 'node:path'
import { expect, it } from 'vitest'
import { followSessionOf } from '../../../server-min/log/follow-folder.ts'
import { isWritten } from '../../../server-min/log/writer-mark.ts'
import { temporaryFolder } from './file-place.ts'
import { startHolder } from './holding.ts'

it('follows what another process writes, through its segments, and ends when that process is gone', async () => {
  await using temporary = await temporaryFolder()
  const folder = join(temporary.path, 'log')
  const holder = await startHolder(folder)
  expect(await isWritten(folder)).toBe(true)
  const seqs: number[] = []
  for await (const { seq } of followSessionOf({ folder, session: holder.session }, undefined)) {
    seqs.push(seq)
    if (seqs.length === 1_000) holder.child.kill('SIGKILL')
  }
  await holder.kill()
  expect(seqs.length).toBeGreaterThanOrEqual(1_000)
  expect(seqs).toEqual(seqs.map((_, index) => index))
  expect(await isWritten(folder)).toBe(false)
})

it('leaves at its signal, while it waits', async () => {
  await using temporary = await temporaryFolder()
  const folder = join(temporary.path, 'log')
  const holder = await startHolder(folder)
  const leaving = new AbortController()
  let seen = 0
  for await (const _ of followSessionOf({ folder, session: holder.session }, leaving.signal)) {
    seen += 1
    if (seen === 10) leaving.abort()
  }
  expect(seen).toBe(10)
  await holder.kill()
})
