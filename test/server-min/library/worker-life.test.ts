import { expect, it } from 'vitest'
import { startLibrary } from '../../../server-min/library/worker-library.ts'
import { collect, draftOf, endOf, makePlace, openLog, record } from './rig.ts'

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
    program: new URL('./crashing-worker.ts', import.meta.url),
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
