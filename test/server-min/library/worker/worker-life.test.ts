import { describe, expect, it } from 'vitest'
import type { LogLibrary } from '../../../../server-min/library/library.ts'
import { type ServerLibraryOptions, startLibrary } from '../../../../server-min/library/worker/worker-library.ts'
import type { AppendLog } from '../../../../server-min/log/append-log.ts'
import type { SessionId } from '../../../../src/protocol/session-id.ts'
import { collect, draftOf, endOf, makePlace, openLog, record } from '../rig.ts'

/** A log with one live session, and a library whose worker is another program. */
interface Life extends AsyncDisposable {
  readonly log: AppendLog
  readonly id: SessionId
  readonly library: LogLibrary
  readonly troubles: readonly unknown[]
}

async function startLife(program: string, options: Partial<ServerLibraryOptions> = {}): Promise<Life> {
  const place = await makePlace()
  const log = await openLog(place.folder)
  const id = await record(log, { open: true })
  const troubles: unknown[] = []
  const library = startLibrary({
    place: 'here',
    folder: place.folder,
    log,
    indexFile: place.indexFile,
    program: new URL(`./${program}-worker.ts`, import.meta.url),
    onTrouble: (error) => troubles.push(error),
    ...options,
  })
  return {
    log,
    id,
    library,
    troubles,
    [Symbol.asyncDispose]: async () => {
      await library[Symbol.asyncDispose]()
      await log.close()
      await place[Symbol.asyncDispose]()
    },
  }
}

const watchOf = (library: LogLibrary) => collect(library.watch({}, { signal: new AbortController().signal }))

/** Until the next worker knows what there is. */
async function untilListed(library: LogLibrary): Promise<void> {
  const listed = async () => (await library.list({}, { limit: 9 }).catch(() => undefined))?.items.length
  while ((await listed()) !== 1) await new Promise((resolve) => setImmediate(resolve))
}

describe('a library’s worker', () => {
  it('is started again after a crash, which its readers hear of, and the log does not', async () => {
    await using life = await startLife('crashing')
    const { library, log, id, troubles } = life
    const restarting = { code: 'KAE_LIBRARY_RESTARTING', http: 503 }
    const both = await Promise.allSettled([library.list({}, { limit: 9 }), watchOf(library)])
    for (const one of both) expect(one).toMatchObject({ status: 'rejected', reason: restarting })
    await log.append(id, [draftOf('end', endOf())])
    expect(await collect(library.records(id))).toHaveLength(2)
    expect(troubles).toEqual([expect.objectContaining({ message: 'a crash' })])
    await untilListed(library)
  })

  it('is given up and started again when it hangs, which its readers hear of, and the log does not wait', async () => {
    await using life = await startLife('hanging', { silenceMs: 2_000 })
    const { library, log, id, troubles } = life
    const hung = { code: 'KAE_LIBRARY_HUNG', http: 503 }
    const asking = Promise.allSettled([library.list({}, { limit: 9 }), library.reindex(), watchOf(library)])
    // While it hangs: records are durable, and are read.
    await log.append(id, [draftOf('end', endOf())])
    expect(await collect(library.records(id))).toHaveLength(2)
    expect(troubles).toEqual([])
    for (const one of await asking) expect(one).toMatchObject({ status: 'rejected', reason: hung })
    expect(troubles).toEqual([expect.objectContaining(hung)])
    await untilListed(library)
  })

  it('that lives but does not answer keeps nobody waiting for ever, and is not ended for it', async () => {
    await using life = await startLife('silent', { silenceMs: 8_000, answerMs: 1_000 })
    const { library, troubles } = life
    await expect(library.list({}, { limit: 9 })).rejects.toMatchObject({ code: 'KAE_LIBRARY_OVERDUE', http: 504 })
    expect(troubles).toEqual([])
  })
})
