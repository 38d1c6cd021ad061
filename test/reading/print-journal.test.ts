import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { JOURNAL_ID } from '../../server-min/log/append-log.ts'
import { openFileLog } from '../../server-min/log/file-log.ts'
import { journalDraft } from '../../server-min/log/journal.ts'
import { eventLine, printJournal } from '../../src/reading/print-journal.ts'
import { capturedOutput } from '../rig/session-object.ts'

const user = { username: 'alice', groups: [], extra: {} }
const READ = { version: 1, type: 'read', user, session: 'S', format: 'records', follow: true, secrets: true } as const
const BYPASSED = {
  version: 1,
  type: 'bypassed',
  user,
  by: 'group',
  subresource: 'exec',
  target: { namespace: 'prod', pod: 'web-0', container: 'app', command: ['sh', '-c', 'id; ls'] },
} as const

async function logOf(...events: Parameters<typeof journalDraft>[0][]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'kube-audit-exec-journal-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const log = await openFileLog({ folder, now: Date.now })
  for (const event of events) await log.append(JOURNAL_ID, [journalDraft(event)])
  await log.close()
  return folder
}

async function printed(folder: string, json = false) {
  const output = capturedOutput()
  const fault = await printJournal({ folders: [folder], json, env: {} }, output).catch((error: unknown) => error)
  return { lines: output.text.split('\n').slice(0, -1), said: output.said, fault }
}

describe('the journal of a log', () => {
  it('says who read what, and who was let through without a session', async () => {
    const { lines, fault } = await printed(await logOf(READ, BYPASSED))
    expect(fault).toBeUndefined()
    expect(lines.map((line) => line.replace(/^\S{27} {2}/, ''))).toEqual([
      'read      alice read session S as records, as it went on, with input that was typed unseen',
      'bypassed  alice was let through without a session, by their group: exec sh -c "id; ls" in prod/web-0/app',
    ])
  })

  it('is there whole as JSON', async () => {
    const { lines } = await printed(await logOf(READ), true)
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ kind: 'journal', content: READ }])
  })

  it('says where there is none', async () => {
    expect(await printed(await logOf())).toMatchObject({ lines: [], said: ['Nothing but sessions is on record.'] })
  })

  it('of several logs is printed from all, whatever is wrong with the first', async () => {
    const [damaged, whole] = [await logOf(READ), await logOf(BYPASSED)]
    const [name = ''] = readdirSync(damaged).filter((file) => file.startsWith('segment-'))
    writeFileSync(join(damaged, name), 'no log')
    const output = capturedOutput()
    const work = printJournal({ folders: [damaged, whole], json: false, env: {} }, output)
    await expect(work).rejects.toMatchObject({ code: 'KAE_LOG_CORRUPT' })
    expect(output.text).toContain('alice was let through without a session')
    expect(output.said).toEqual([expect.stringContaining(`warning: ${damaged} was read up to where it is damaged`)])
  })

  it('is not passed off as whole where the log is damaged', async () => {
    const folder = await logOf(READ, BYPASSED)
    const [name = ''] = readdirSync(folder).filter((file) => file.startsWith('segment-'))
    const bytes = readFileSync(join(folder, name))
    const at = bytes.indexOf('bypassed')
    writeFileSync(join(folder, name), bytes.fill('B', at, at + 1))
    const { lines, fault } = await printed(folder)
    expect(lines.some((line) => line.includes('Bypassed'))).toBe(false)
    expect(fault).toMatchObject({ code: expect.stringMatching(/^KAE_LOG_/) })
  })
})

describe('an event', () => {
  it.each([
    [
      'search',
      { search: { pattern: { type: 'text', text: 'rm' }, output: true }, hits: ['S'] },
      'alice searched for "rm" in output too, and was shown 1 session',
    ],
    [
      'search',
      { search: { pattern: { type: 'regex', source: 'a b' } }, hits: [] },
      'alice searched for "/a b/", and was shown 0 sessions',
    ],
    [
      'search',
      { search: { sessions: { command: 'cat note', namespace: 'prod' } }, hits: ['S'] },
      'alice listed sessions with "cat note" in a command, and was shown 1 session',
    ],
    [
      'search',
      { search: { sessions: {} }, hits: [] },
      'alice listed sessions with "?" in a command, and was shown 0 sessions',
    ],
    ['admitted', { session: 'S' }, 'the exec of session S was let through'],
    ['later', { what: 'é' }, '{"type":"later","user":{"username":"alice","groups":[],"extra":{}},"what":"\\u00e9"}'],
  ])('is worded, or shown as it is where nobody knows it: %s', (type, rest, words) => {
    expect(eventLine({ type, user, ...rest })).toBe(`${type.padEnd(8)}  ${words}`)
  })

  it.each([
    null,
    3,
    [],
    { type: 7 },
    { type: 'read' },
    { type: 'search' },
    { type: 'bypassed', target: { command: 5 } },
  ])('of a shape that nobody promised is a line all the same: %j', (event) =>
    expect(eventLine(event)).toMatch(/^\S+ +\S/),
  )

  it('closes the hole of names and commands that drive the terminal or forge a line', () => {
    const evil = 'x\n2026 forged \x1b]52;c;aGk=\x07\u202e\x9b2J'
    const target = { namespace: evil, pod: evil, command: [evil] }
    const search = { pattern: { text: evil } }
    const lines = ['read', 'search', 'admitted', 'bypassed', evil].map((type) =>
      eventLine({ type, user: { username: evil }, session: evil, format: evil, by: evil, target, search }),
    )
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })
})
