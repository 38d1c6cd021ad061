import { expect, it } from 'vitest'
import { startLibrary } from '../../../server-min/library/worker-library.ts'
import { collect, draftOf, endOf, makePlace, openLog, record } from './rig.ts'

const programOf = (name: string): URL => new URL(`./${name}-worker.ts`, import.meta.url)

it('is started again after a crash, which its readers hear of, and the log does not', async () => {
  await using place = await makePlace()
  const log = await openLog(place.folder)
  const id = await record(log, { open: true })
  const troubles: unknown[] = []
  await using library = startLibrary({
    place: 'here',
    folder: place.folder,
    log,
    indexFile: place.indexFile,
    program: programOf('crashing'),
    onTrouble: (error) => troubles.push(error),
  })
  const restarting = { code: 'KAE_LIBRARY_RESTARTING', http: 503 }
  const watching = collect(library.watch({}, { signal: new AbortController().signal }))
  const both = await Promise.allSettled([library.list({}, { limit: 9 }), watching])
  for (const one of both) expect(one).toMatchObject({ status: 'rejected', reason: restarting })
  await log.append(id, [draftOf('end', endOf())])
  expect(await collect(library.records(id))).toHaveLength(2)
  expect(troubles).toEqual([expect.objectContaining({ message: 'a crash' })])
  const listed = async () => (await library.list({}, { limit: 9 }).catch(() => undefined))?.items.length
  while ((await listed()) !== 1) await new Promise((resolve) => setImmediate(resolve))
})

it('is given up and started again when it hangs, which its readers hear of, and the log does not wait', async () => {
  await using place = await makePlace()
  const log = await openLog(place.folder)
  const id = await record(log, { open: true })
  const troubles: unknown[] = []
  await using library = startLibrary({
    place: 'here',
    folder: place.folder,
    log,
    indexFile: place.indexFile,
    program: programOf('hanging'),
    silenceMs: 400,
    onTrouble: (error) => troubles.push(error),
  })
  const hung = { code: 'KAE_LIBRARY_HUNG', http: 503 }
  const watching = collect(library.watch({}, { signal: new AbortController().signal }))
  const asking = Promise.allSettled([library.list({}, { limit: 9 }), library.reindex(), watching])
  // While it hangs: records are durable, and are read.
  await log.append(id, [draftOf('end', endOf())])
  expect(await collect(library.records(id))).toHaveLength(2)
  expect(troubles).toEqual([])
  for (const one of await asking) expect(one).toMatchObject({ status: 'rejected', reason: hung })
  expect(troubles).toEqual([expect.objectContaining(hung)])
  const listed = async () => (await library.list({}, { limit: 9 }).catch(() => undefined))?.items.length
  while ((await listed()) !== 1) await new Promise((resolve) => setImmediate(resolve))
})

it('that lives but does not answer keeps nobody waiting for ever, and is not ended for it', async () => {
  await using place = await makePlace()
  const log = await openLog(place.folder)
  const troubles: unknown[] = []
  await using library = startLibrary({
    place: 'here',
    folder: place.folder,
    log,
    program: programOf('silent'),
    silenceMs: 400,
    answerMs: 1_000,
    onTrouble: (error) => troubles.push(error),
  })
  await expect(library.list({}, { limit: 9 })).rejects.toMatchObject({ code: 'KAE_LIBRARY_OVERDUE', http: 504 })
  expect(troubles).toEqual([])
})
