/** `sessions export` from an API server that is an attacker: a file is whole or not there, and a page does nothing of its own. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CONTENT_TYPE, encodeReadRecord } from '../../src/protocol/content.ts'
import { drip, framesOf, Liar, type Lie, type Lies, sendRecords } from '../attacks/rig/liar.ts'
import { HOSTILE } from '../reading/hostile.ts'
import { chained, ID, OPENING, RECORDS, SESSION, sendJson, statusBody } from '../reading/rig.ts'
import { draftOf, endOf } from '../rig/opening.ts'
import { chromium, Page } from './rig/chromium.ts'
import { programEnv, RUN, runProgram } from './rig/program.ts'
import { TerminalRun } from './rig/terminal.ts'

const FORMATS = ['asciicast-v2', 'asciicast-v3', 'json', 'text', 'html', 'typescript'] as const

let home: string
let folder: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kae-lying-export-'))
  folder = join(home, 'here')
  mkdirSync(folder)
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const envOf = (liar: Liar) =>
  programEnv(home, { KUBECONFIG: liar.kubeconfig(home), KUBECACHEDIR: join(home, 'cache'), TMPDIR: folder })

async function exporting(lies: Lies, ...argv: string[]) {
  await using liar = await Liar.start(lies)
  return await runProgram(['sessions', 'export', ID, ...argv], { env: envOf(liar), cwd: folder })
}

const FRAMES = RECORDS.map(encodeReadRecord)
const open = (response: ServerResponse): ServerResponse => response.writeHead(200, { 'Content-Type': CONTENT_TYPE })
const sent =
  (...parts: readonly Uint8Array[]): Lie =>
  (response) =>
    sendRecords(response, Buffer.concat(parts))
const refuse = (response: ServerResponse): void => sendJson(response, statusBody(500, HOSTILE), 500)

const LIES: readonly (readonly [string, Lies, string])[] = [
  ['leaves out a record', { records: sent(FRAMES[0]!, FRAMES[2]!) }, 'KAE_READING_CHAIN_BROKEN'],
  [
    'says that a beginning is all',
    { records: (response) => sendRecords(response, framesOf(RECORDS.slice(0, 3))) },
    'KAE_READING_CHAIN_BROKEN',
  ],
  [
    'breaks off and refuses the rest',
    {
      records: (response, url) => {
        if (url.searchParams.has('fromSeq')) return refuse(response)
        open(response).write(Buffer.concat(FRAMES.slice(0, 2)), () => response.destroy())
      },
    },
    'KAE_KUBE_API_ERROR',
  ],
]

describe.each(FORMATS)('an export as %s', (format) => {
  test.each(LIES)('from a server that %s leaves nothing', async (_what, lies, code) => {
    const { status, stderr } = await exporting(lies, '--format', format, '-o', 'out')
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(`(${code})`) })
    expect(stderr.replaceAll('\n', '')).not.toMatch(/\p{C}/u)
    expect(readdirSync(folder)).toEqual([])
  })
})

test('a file that was to be replaced stays as it was', async () => {
  const path = join(folder, 'out.html')
  writeFileSync(path, 'before')
  const { status } = await exporting({ records: sent(FRAMES[0]!, FRAMES[2]!) }, '--force', '-o', path)
  expect(status).toBe(1)
  expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['out.html'], 'before'])
})

test('a command list that cannot be had ends what it belongs to, and nothing else', async () => {
  const lies = { commands: refuse }
  expect((await exporting(lies, '-o', 'out.html')).status).toBe(1)
  expect((await exporting(lies, '-o', 'out.json')).status).toBe(0)
  expect(readdirSync(folder)).toEqual(['out.json'])
})

test('a session that runs is exported as far as it is', async () => {
  const live = { ...SESSION, status: { ...SESSION.status, phase: 'Live', records: 2 } }
  const lies: Lies = {
    session: (response) => sendJson(response, live),
    records: (response) => sendRecords(response, framesOf(RECORDS.slice(0, 3))),
  }
  expect(await exporting(lies, '-o', 'out.cast')).toMatchObject({ status: 0 })
})

test('an export that never comes to its end is left by Ctrl-C, and leaves nothing', async () => {
  const records: Lie = (response) => {
    open(response).write(Buffer.concat(FRAMES.slice(0, 3)))
    drip(response, FRAMES[3]!)
  }
  await using liar = await Liar.start({ records })
  const argv = [RUN, 'sessions', 'export', ID, '-o', 'out.html']
  await using terminal = new TerminalRun(argv, { env: envOf(liar), cwd: folder })
  await expect.poll(() => readdirSync(folder), { timeout: 20_000 }).not.toEqual([])
  terminal.type('\x03')
  expect((await terminal.end()).status).toBe(130)
  expect(readdirSync(folder)).toEqual([])
})

const INTO_SCRIPT = [
  '</script><script>window.pwned = 1</script>',
  '<img src=x onerror="window.pwned = 1"><svg onload="window.pwned = 1">',
  '"><iframe srcdoc="<script>parent.pwned = 1</script>">',
  "' onmouseover='window.pwned = 1' style='background:url(http://evil.example/)",
  '<!--<script>',
  '&lt;script&gt;&#x3c;script&#x3e;',
  ']]><base href="http://evil.example/"><meta http-equiv="refresh" content="0;url=http://evil.example/">',
  '$'.concat('{window.pwned = 1}\\u003cscript\\u003e javascript:window.pwned=1'),
  HOSTILE,
].join(' ')

test('a page of hostile words runs nothing, and asks nobody', async ({ skip }) => {
  const program = chromium()
  if (program === undefined) return skip('no Chromium is installed')
  const { spec, status, metadata } = SESSION
  const target = { ...spec.target, pod: INTO_SCRIPT, container: INTO_SCRIPT, command: [INTO_SCRIPT] }
  const words = { reason: INTO_SCRIPT, message: INTO_SCRIPT, by: INTO_SCRIPT }
  const session = {
    ...SESSION,
    metadata: { ...metadata, labels: { [INTO_SCRIPT]: INTO_SCRIPT } },
    spec: { ...spec, target, user: { username: INTO_SCRIPT }, reason: INTO_SCRIPT, client: { ...spec.client } },
    status: { ...status, ...words, records: 3 },
  }
  const commands = [
    { type: 'command', line: INTO_SCRIPT, source: INTO_SCRIPT, doubts: [INTO_SCRIPT], elapsed: 0, seq: 1 },
    { type: 'program', name: INTO_SCRIPT, elapsed: 1, seq: 2 },
  ]
  const records = chained([
    draftOf('open', { ...OPENING, reason: INTO_SCRIPT, user: { ...OPENING.user, username: INTO_SCRIPT } }),
    draftOf('output', Buffer.from(`${INTO_SCRIPT}\r\n`), 1),
    draftOf('end', endOf({ message: INTO_SCRIPT }), 2),
  ])
  const path = join(folder, 'out.html')
  const { status: code, stderr } = await exporting(
    {
      session: (response) => sendJson(response, session),
      commands: (response) => sendJson(response, { items: commands }),
      records: (response) => sendRecords(response, framesOf(records)),
    },
    '-o',
    path,
    '--input',
  )
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const url = pathToFileURL(path).href
  await using page = await Page.open(program, url)
  await page.until('document.querySelector(".ap-term") !== null')
  await page.evaluate('document.querySelector("li:last-child > button").click()')
  await page.until('document.querySelector("button[data-marker]").disabled === false')
  const foreign = 'document.querySelectorAll("img, svg[onload], iframe, base, meta[http-equiv=refresh]").length'
  expect(await page.evaluate(`[typeof window.pwned, ${foreign}].join()`)).toBe('undefined,0')
  expect({ complaints: page.complaints, requests: page.requests }).toEqual({ complaints: [], requests: [url] })
}, 60_000)
