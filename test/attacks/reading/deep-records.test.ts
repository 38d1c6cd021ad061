/** JSON that overflows the stack of whoever writes it anew: no record of that kind may hide the others. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AppendLog } from '../../../server-min/log/append-log.ts'
import { JOURNAL_ID } from '../../../server-min/log/append-log.ts'
import { readLogFolder } from '../../../server-min/log/reader.ts'
import { parseShallowJson } from '../../../src/protocol/nesting.ts'
import { openFolders } from '../../../src/reading/folder/folder-library.ts'
import { printJournal } from '../../../src/reading/print-journal.ts'
import { recordJson, recordLine } from '../../../src/recording/lines.ts'
import { parseEnd, parseOpening } from '../../../src/recording/payload.ts'
import { serve } from '../../reading/rig.ts'
import {
  draftOf,
  endOf,
  freshId,
  makePlace,
  openingOf,
  openLog,
  type Place,
  record,
} from '../../server-min/library/rig.ts'

const DEEP = '['.repeat(30_000) + ']'.repeat(30_000)
const OPENING = JSON.stringify(openingOf({}))
const inOpening = (name: string): string =>
  OPENING.replace(new RegExp(`"${name}":(\\{\\}|\\[[^\\]]*\\])`), `"${name}":${DEEP}`)

let place: Place
let log: AppendLog
beforeEach(async () => {
  place = await makePlace()
  log = await openLog(place.folder)
})
afterEach(() => place[Symbol.asyncDispose]())

test.each([
  ['beside all else', `${OPENING.slice(0, -1)},"more":${DEEP}}`],
  ['in the user’s extra', inOpening('extra')],
  ['in the groups', inOpening('groups')],
  ['in the command', inOpening('command')],
  ['alone', DEEP],
])('an opening that is too deep %s does not hide the sessions beside it', async (_, opening) => {
  expect(opening).toContain(DEEP)
  const good = await record(log)
  const end = `${JSON.stringify(endOf()).slice(0, -1)},"more":${DEEP}}`
  await log.append(freshId(), [draftOf('open', opening), draftOf('input', 'ls\r'), draftOf('end', end)])
  await log.close()
  await using library = await openFolders({ folders: [place.folder], place: 'x', env: { XDG_CACHE_HOME: place.path } })
  const { items } = await library.list({}, { limit: 10 })
  expect(items.map(({ metadata }) => metadata.name)).toContain(good)
  expect(() => JSON.stringify(items)).not.toThrow()
  for await (const each of readLogFolder(place.folder)) expect(recordJson(each) + recordLine(each)).not.toBe('')
})

test('an event of the journal that is too deep, or sets traps, is printed like any other that is unknown', async () => {
  const trap = { toString: 1 }
  const events = [
    `{"type":"x","more":${DEEP}}`,
    JSON.stringify({ type: 'bypassed', user: { username: 'a' }, target: { command: [trap] } }),
    JSON.stringify({ type: 'search', user: { username: 'a' }, search: { pattern: { text: trap, source: trap } } }),
  ]
  for (const event of events) await log.append(JOURNAL_ID, [draftOf('journal', event)])
  await log.close()
  for (const json of [false, true]) {
    const lines: string[] = []
    const write = async (text: string | Uint8Array): Promise<void> => void lines.push(String(text))
    const output = { columns: undefined, paint: (_: unknown, text: string) => text, write, say: () => undefined }
    await printJournal({ folders: [place.folder], json, env: {} }, output)
    expect(lines).toHaveLength(events.length)
  }
})

test('a server’s answer that is too deep is none', async () => {
  await using served = await serve((_url, response) =>
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(`{"items":[],"metadata":{},"more":${DEEP}}`),
  )
  const listed = served.library.list({}, { limit: 1 })
  await expect(listed).rejects.toMatchObject({ code: 'KAE_KUBE_NOT_AN_API_SERVER' })
})

test.each([
  [100, true],
  [101, false],
])('%i levels are read: %s', (levels, isRead) => {
  const text = `${'{"[[\\"{":['.repeat(levels / 2)}${levels % 2 === 1 ? '[]' : ''}${']}'.repeat(levels / 2)}`
  expect(JSON.parse(text)).toBeDefined()
  expect(parseShallowJson(text) !== undefined).toBe(isRead)
})

test('an opening whose words are full of brackets is as good as any', () => {
  const command = ['sh', '-c', `${'[{'.repeat(500)}"\\"`]
  expect(parseOpening(Buffer.from(JSON.stringify(openingOf({ command }))))?.target.command).toEqual(command)
})

test.each([[null], ['0'], [{ toString: 1 }], [[0]], [true]])(
  'an exit code of %j is not shown as a number',
  (exitCode) => {
    const payload = Buffer.from(JSON.stringify({ ...endOf(), exitCode }))
    expect(parseEnd(payload)).toBeUndefined()
  },
)

test.each([[undefined], [null], ['x'], [{ ...openingOf({}).client, name: { toString: 1 } }], [{ name: 'x' }]])(
  'an opening whose client is %j is none that could be shown',
  (client) => {
    expect(parseOpening(Buffer.from(JSON.stringify({ ...openingOf({}), client })))).toBeUndefined()
  },
)
