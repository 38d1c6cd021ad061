/** Work on a long recording as a person sees it: how far it is, and what is left where they stop it. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HOUR, longRecording } from '../player/rig/long-recording.ts'
import { writeLog } from '../player/rig/write-log.ts'
import { programEnv, RUN } from './rig/program.ts'
import { TerminalRun } from './rig/terminal.ts'

let home: string
let log: string
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'kae-long-work-'))
  log = join(home, 'log')
  await writeLog(log, longRecording(HOUR))
}, 120_000)
afterAll(() => rmSync(home, { recursive: true, force: true }))

const runOn = (cache: string, ...argv: string[]): TerminalRun =>
  new TerminalRun([RUN, 'sessions', ...argv, '--log', log], {
    env: programEnv(home, { XDG_CACHE_HOME: join(home, cache) }),
    columns: 90,
    rows: 24,
    cwd: home,
  })

const CLEARED = '\r\x1b[K'
const left = (): string[] => readdirSync(home).filter((name) => name.includes('document'))

describe('sessions export', () => {
  test.for([
    // Not the 490 of the bytes that were read before.
    ['while the index is made', 'fresh', [/exporting .* {2}0 of /]],
    // The index is there by then.
    ['while it is written', 'made', [/exporting .* {2}0 of /, / [1-9]\d? %/]],
  ] as const)('told to stop %s leaves nothing and says so', { timeout: 180_000 }, async ([, cache, seen]) => {
    await using run = runOn(cache, 'export', 'latest', '-o', 'document.html')
    for (const words of seen) await run.until(words, 60)
    run.type('\x03')
    await run.until(`${CLEARED}stopped: no file was left behind`)
    expect((await run.end()).status).toBe(130)
    expect(left()).toEqual([])
  })

  test('shows how far it is, and nothing of that stays', { timeout: 180_000 }, async () => {
    await using run = runOn('made', 'export', 'latest', '-o', 'document.txt')
    await run.until(/ \d+ %/, 60)
    const shown = await run.until(' records as text in document.txt', 90)
    expect(shown.split(CLEARED).at(-1)).toMatch(/^\d+ records/)
    expect((await run.end()).status).toBe(0)
    rmSync(join(home, 'document.txt'))
  })
})

test.for([
  ['reindex', 'finding commands', '1 log, 1 session'],
  ['verify', 'verifying', 'intact'],
] as const)(
  'sessions %s shows that it works, and can be stopped',
  { timeout: 180_000 },
  async ([name, words, done]) => {
    {
      await using stopped = runOn('made', name)
      await stopped.until(words, 60)
      stopped.type('\x03')
      expect((await stopped.end()).status).toBe(130)
      expect(stopped.shown).not.toContain(done)
    }
    await using whole = runOn('made', name)
    await whole.until(words, 60)
    await whole.until(`${CLEARED}${done}`, 90)
    expect((await whole.end()).status).toBe(0)
  },
)
