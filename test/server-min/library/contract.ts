/** What a library over logs must do, whether it works in its reader's thread or in one of its own. */
import { describe, expect, it } from 'vitest'
import type { LogLibrary } from '../../../server-min/library/library.ts'
import { type AppendLog, JOURNAL_ID } from '../../../server-min/log/append-log.ts'
import { collect, draftOf, endOf, freshId, makePlace, openLog, type Place, record } from './rig.ts'

export type OpenLibrary = (place: Place, log: AppendLog) => Promise<LogLibrary>

export function describeLibrary(name: string, open: OpenLibrary): void {
  const withLibrary = async (
    work: (parts: { log: AppendLog; library: LogLibrary }) => Promise<void>,
  ): Promise<void> => {
    await using place = await makePlace()
    const log = await openLog(place.folder)
    await using library = await open(place, log)
    await work({ log, library })
    await log.close()
  }
  const pods = async (library: LogLibrary, query: Parameters<LogLibrary['list']>[0]): Promise<string[]> =>
    (await library.list(query, { limit: 100 })).items.map(({ spec }) => spec.target.pod)

  describe(`${name}:`, () => {
    it('lists newest first, page by page, each session once, also those of one instant', () =>
      withLibrary(async ({ log, library }) => {
        await Promise.all(Array.from({ length: 25 }, (_, n) => record(log, { pod: `web-${n}` })))
        const seen: string[] = []
        let token: string | undefined
        do {
          const page = await library.list({}, { limit: 7, ...(token && { continue: token }) })
          seen.push(...page.items.map(({ spec }) => spec.target.pod))
          token = page.continue
        } while (token !== undefined)
        expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => `web-${24 - n}`))
        await expect(library.list({}, { limit: 7, continue: 'nonsense' })).rejects.toMatchObject({
          code: 'KAE_PAGE_EXPIRED',
        })
      }))

    it('keeps to every filter', () =>
      withLibrary(async ({ log, library }) => {
        await record(log, { pod: 'a', user: 'alice', namespace: 'prod', command: ['cat', '/etc/Passwd'] })
        await record(log, { pod: 'b', user: 'bob', namespace: 'test', exitCode: 3, container: 'side' })
        await record(log, { pod: 'c', user: 'bob', authentication: 'unverified', tty: true })
        await record(log, { pod: 'd', open: true })
        expect(await pods(library, { namespace: 'prod' })).toEqual(['d', 'c', 'a'])
        expect(await pods(library, { user: 'bob' })).toEqual(['c', 'b'])
        expect(await pods(library, { owner: { username: 'bob', authentication: 'request-header' } })).toEqual(['b'])
        expect(
          await pods(library, { user: 'alice', owner: { username: 'bob', authentication: 'request-header' } }),
        ).toEqual([])
        expect(await pods(library, { pod: 'b', namespace: 'prod' })).toEqual([])
        expect(await pods(library, { container: 'side' })).toEqual(['b'])
        expect(await pods(library, { interactive: true })).toEqual(['c'])
        expect(await pods(library, { exitCode: 'nonzero' })).toEqual(['b'])
        expect(await pods(library, { exitCode: 3 })).toEqual(['b'])
        expect(await pods(library, { exitCode: 0 })).toEqual(['c', 'a'])
        expect(await pods(library, { phase: 'Live' })).toEqual(['d'])
        expect(await pods(library, { phase: 'Ended' })).toEqual(['c', 'b', 'a'])
        expect(await pods(library, { command: 'ETC/PASS' })).toEqual(['a'])
        const { items } = await library.list({ pod: 'b' }, { limit: 1 })
        const micros = Date.parse(items[0]!.status.startTime) * 1000
        expect(await pods(library, { until: micros - 1_000_000 })).toEqual([])
        expect(await pods(library, { since: micros - 1_000_000 })).toHaveLength(4)
      }))

    it('shows a session as the log has it, its commands, and its records from any of them on', () =>
      withLibrary(async ({ log, library }) => {
        const id = await record(log, { output: ['one\n', 'two\n'], exitCode: 7 })
        const session = await library.get(id)
        expect(session).toMatchObject({
          metadata: { name: id, namespace: 'prod' },
          status: { phase: 'Ended', exitCode: 7 },
        })
        expect(session.status).toMatchObject({ records: 4, outputBytes: 8, inputBytes: 0 })
        expect(await library.commands(id)).toMatchObject([{ type: 'command', source: 'exec', line: 'ls -l' }])
        expect((await collect(library.records(id))).map(({ kind }) => kind)).toEqual([
          'open',
          'output',
          'output',
          'end',
        ])
        expect((await collect(library.records(id, { fromSeq: 3, follow: true }))).map(({ kind }) => kind)).toEqual([
          'end',
        ])
      }))

    it.each([freshId(), JOURNAL_ID])('knows no session %s', (id) =>
      withLibrary(async ({ log, library }) => {
        await record(log)
        await log.append(JOURNAL_ID, [draftOf('journal', { version: 1, type: 'started' })])
        const missing = { code: 'KAE_SESSION_NOT_FOUND', http: 404 }
        await expect(library.get(id)).rejects.toMatchObject(missing)
        await expect(library.commands(id)).rejects.toMatchObject(missing)
        await expect(collect(library.records(id))).rejects.toMatchObject(missing)
        expect(await pods(library, {})).toHaveLength(1)
      }),
    )

    it('follows a session that runs to its end', () =>
      withLibrary(async ({ log, library }) => {
        const id = await record(log, { open: true })
        const kinds: string[] = []
        const following = (async () => {
          for await (const { kind } of library.records(id, { follow: true })) kinds.push(kind)
        })()
        while (kinds.length < 1) await new Promise((resolve) => setImmediate(resolve))
        await log.append(id, [draftOf('output', 'late')])
        while (kinds.length < 2) await new Promise((resolve) => setImmediate(resolve))
        await log.append(id, [draftOf('end', endOf())])
        await following
        expect(kinds).toEqual(['open', 'output', 'end'])
      }))

    it('tells who watches of each session that begins and ends, and of no change before', () =>
      withLibrary(async ({ log, library }) => {
        await record(log, { pod: 'before' })
        await library.warnings()
        const { resourceVersion } = await library.list({}, { limit: 1 })
        const leaving = new AbortController()
        const told: string[] = []
        const watching = (async () => {
          for await (const { type, object } of library.watch(
            { user: 'bob' },
            { resourceVersion, signal: leaving.signal },
          ))
            told.push(`${type} ${object.spec.target.pod} ${object.status.phase}`)
        })()
        const id = await record(log, { pod: 'new', user: 'bob', open: true })
        await record(log, { pod: 'other' })
        while (told.length < 1) await new Promise((resolve) => setImmediate(resolve))
        await log.append(id, [draftOf('end', endOf())])
        while (told.length < 2) await new Promise((resolve) => setImmediate(resolve))
        leaving.abort()
        await watching
        expect(told.slice(0, 2)).toEqual(['ADDED new Live', 'MODIFIED new Ended'])
      }))

    it('gives who watches without a version all that there is first', () =>
      withLibrary(async ({ log, library }) => {
        await record(log, { pod: 'one' })
        await record(log, { pod: 'two' })
        const leaving = new AbortController()
        const told: string[] = []
        for await (const { type, object } of library.watch({}, { signal: leaving.signal })) {
          told.push(`${type} ${object.spec.target.pod}`)
          if (told.length === 2) leaving.abort()
        }
        expect(told).toEqual(['ADDED two', 'ADDED one'])
      }))

    it.each(['12', '9007199254740991', 'nonsense'])(
      'has no changes since %s, which is no version of its own',
      (resourceVersion) =>
        withLibrary(async ({ log, library }) => {
          await record(log)
          const watching = library.watch({}, { resourceVersion, signal: new AbortController().signal })
          await expect(collect(watching)).rejects.toMatchObject({ code: 'KAE_WATCH_EXPIRED', http: 410 })
        }),
    )

    it('finds texts and regular expressions in command lines, newest first, as many as are asked for', () =>
      withLibrary(async ({ log, library }) => {
        for (const word of ['alpha', 'Beta', 'gamma-beta']) await record(log, { command: ['echo', word] })
        const lines = async (pattern: { type: 'text'; text: string } | { type: 'regex'; source: string }, limit = 10) =>
          (await collect(library.search({ pattern, output: false, sessions: {}, limit }))).map(({ line }) => line)
        expect(await lines({ type: 'text', text: 'beta' })).toEqual(['echo gamma-beta', 'echo Beta'])
        expect(await lines({ type: 'text', text: 'BETA' }, 1)).toEqual(['echo gamma-beta'])
        expect(await lines({ type: 'text', text: 'b' })).toEqual(['echo gamma-beta', 'echo Beta'])
        expect(await lines({ type: 'regex', source: '[bB]eta$' })).toEqual(['echo gamma-beta', 'echo Beta'])
        expect(await lines({ type: 'regex', source: '^echo \\w+$' })).toEqual(['echo Beta', 'echo alpha'])
        await expect(lines({ type: 'regex', source: '(' })).rejects.toMatchObject({
          code: 'KAE_SEARCH_INVALID',
          http: 400,
        })
      }))

    it('finds in output what escape sequences and records cut in two, and says where', () =>
      withLibrary(async ({ log, library }) => {
        await record(log, { output: ['first\r\n\x1b[31mnee', '\x1b[0', 'mdle\x1b]0;title\x07 here\r\n'] })
        const search = { pattern: { type: 'text', text: 'Needle HERE' } as const, sessions: {}, limit: 10 }
        const hits = await collect(library.search({ ...search, output: true }))
        expect(hits.map(({ where, line, elapsed }) => ({ where, line, elapsed }))).toEqual([
          { where: 'output', line: 'needle here', elapsed: 3000 },
        ])
        expect(await collect(library.search({ ...search, output: false }))).toEqual([])
      }))

    it('ends a regular expression that would take for ever, and answers others after it', () =>
      withLibrary(async ({ log, library }) => {
        await record(log, { command: [`${'a'.repeat(40)}!`] })
        const search = { output: false, sessions: {}, limit: 10 }
        const slow = library.search({ ...search, pattern: { type: 'regex', source: '(a+)+$' } })
        await expect(collect(slow)).rejects.toMatchObject({ code: 'KAE_SEARCH_TOO_SLOW', http: 400 })
        expect(await collect(library.search({ ...search, pattern: { type: 'regex', source: 'a+!' } }))).toHaveLength(1)
      }))

    it('makes its index anew on demand', () =>
      withLibrary(async ({ log, library }) => {
        await record(log)
        const steps = new Set<string>()
        const result = await library.reindex(({ step }) => steps.add(step))
        expect(result).toEqual({ logs: 1, sessions: 1, warnings: [] })
        expect([...steps]).toEqual(['reading', 'deriving'])
        expect(await pods(library, { command: 'ls -l' })).toHaveLength(1)
      }))
  })
}
