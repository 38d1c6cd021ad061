import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { followSessionOf } from '../../../server-min/log/follow-folder.ts'
import { isWritten } from '../../../server-min/log/writer-mark.ts'
import type { SessionId } from '../../../src/protocol/session-id.ts'
import { temporaryFolder } from './file-place.ts'

it('follows what another process writes, through its segments, and ends when that process is gone', async () => {
  await using temporary = await temporaryFolder()
  const folder = join(temporary.path, 'log')
  const holder = spawn(process.execPath, [join(import.meta.dirname, 'holder.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(holder, 'exit')
  const [id] = (await once(createInterface(holder.stdout), 'line')) as [SessionId]
  expect(await isWritten(folder)).toBe(true)
  const seqs: number[] = []
  for await (const { seq } of followSessionOf({ folder, session: id }, undefined)) {
    seqs.push(seq)
    if (seqs.length === 1_000) holder.kill('SIGKILL')
  }
  await exited
  expect(seqs.length).toBeGreaterThanOrEqual(1_000)
  expect(seqs).toEqual(seqs.map((_, index) => index))
  expect(await isWritten(folder)).toBe(false)
})

it('leaves at its signal, while it waits', async () => {
  await using temporary = await temporaryFolder()
  const folder = join(temporary.path, 'log')
  const holder = spawn(process.execPath, [join(import.meta.dirname, 'holder.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(holder, 'exit')
  const [id] = (await once(createInterface(holder.stdout), 'line')) as [SessionId]
  const leaving = new AbortController()
  let seen = 0
  for await (const _ of followSessionOf({ folder, session: id }, leaving.signal)) {
    seen += 1
    if (seen === 10) leaving.abort()
  }
  expect(seen).toBe(10)
  holder.kill('SIGKILL')
  await exited
})
