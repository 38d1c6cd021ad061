/** Indexes a log with sessions and asks it what people ask: `query-library.ts FOLDER INDEX`. Answers with one line of JSON. */
import { statSync } from 'node:fs'
import type { LogLibrary } from '../../../server-min/library/library.ts'
import { openLogLibrary } from '../../../server-min/library/open-library.ts'
import type { CommandSearch } from '../../../src/protocol/session-library.ts'

export interface LibraryFigures {
  readonly readSeconds: number
  readonly deriveSeconds: number
  readonly indexMiB: number
  readonly peakMiB: number
  /** ms of each round, by what was asked. */
  readonly asked: Readonly<Record<string, readonly number[]>>
}

const ROUNDS = 15
const [folder = '', indexFile = ''] = process.argv.slice(2)
const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

const LISTS = {
  'page one of all': {},
  'a user of few sessions': { user: 'rare-user' },
  'a namespace of few': { namespace: 'rare-namespace' },
  'a pod of few': { pod: 'rare-pod' },
  'a user of many': { user: 'user-3' },
  'failed ones': { exitCode: 'nonzero' },
  'those that run': { phase: 'Live' },
  'with a rare command': { command: 'needle' },
} as const satisfies Record<string, Parameters<LogLibrary['list']>[0]>

const SEARCHES = {
  'a rare text': { type: 'text', text: 'NEEDLE' },
  'a common text': { type: 'text', text: 'error' },
  'a text that is nowhere': { type: 'text', text: 'xyzzy-nowhere' },
  'an expression with a literal': { type: 'regex', source: 'request-\\d*42 ' },
} as const satisfies Record<string, CommandSearch['pattern']>

async function first(library: LogLibrary, pattern: CommandSearch['pattern']): Promise<void> {
  for await (const _ of library.search({ pattern, output: false, sessions: {}, limit: 20 })) return
}

await using library = await openLogLibrary({ place: 'bench', folders: [folder], indexFile })
const readSeconds = await seconds(() => library.list({}, { limit: 50 }))
const deriveSeconds = await seconds(() => library.warnings())
const asked: Record<string, number[]> = {}
const ask = async (name: string, work: () => Promise<unknown>): Promise<void> => {
  asked[name] = [...(asked[name] ?? []), (await seconds(work)) * 1000]
}
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, query] of Object.entries(LISTS))
    await ask(`list: ${name}`, () => library.list(query, { limit: 50 }))
  for (const [name, pattern] of Object.entries(SEARCHES))
    await ask(`search, first hit: ${name}`, () => first(library, pattern))
}
const figures: LibraryFigures = {
  readSeconds,
  deriveSeconds,
  indexMiB: statSync(indexFile).size / 1024 ** 2,
  peakMiB: process.resourceUsage().maxRSS / 1024,
  asked,
}
process.stdout.write(JSON.stringify(figures))
