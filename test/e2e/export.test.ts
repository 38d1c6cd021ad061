import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findProgram } from '../cluster/layout.ts'
import { chromium, Page } from './rig/chromium.ts'
import { programEnv, RUN, run, runProgram } from './rig/program.ts'
import { TerminalRun } from './rig/terminal.ts'

const EVIL = '</script><img src=x onerror=alert(1)>'

let home: string
let env: NodeJS.ProcessEnv
/** A session in a real shell is recorded once, for all. */
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'kae-home-'))
  env = programEnv(home)
  await using terminal = new TerminalRun([RUN, 'sandbox'], { env, columns: 90, rows: 28 })
  await terminal.until(/[#$] /)
  terminal.type(`echo 'first ${EVIL}' | tr f F\r`)
  await terminal.until('First')
  terminal.type('echo "sec""ond"\r')
  await terminal.until('second')
  terminal.type('exit 3\r')
  await terminal.end()
}, 60_000)
afterAll(() => rmSync(home, { recursive: true, force: true }))

const exporting = (...argv: string[]) => runProgram(['sessions', 'export', 'latest', '--local', ...argv], { env })

async function exportedFile(name: string, ...argv: string[]): Promise<string> {
  const path = join(home, name)
  const { status, stderr } = await exporting('-o', path, '--force', ...argv)
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringMatching(/^\d+ records as /) })
  return path
}

/** All that the container wrote, from the document that loses nothing. */
async function outputOf(): Promise<Buffer> {
  const { stdout } = await exporting('--format', 'json')
  const records = stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; base64: string })
  return Buffer.concat(
    records.filter(({ kind }) => kind === 'output').map(({ base64 }) => Buffer.from(base64, 'base64')),
  )
}

describe('sessions export', () => {
  test('writes a file for its owner alone, and does not replace one unasked', async () => {
    const path = await exportedFile('a.cast')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const again = await exporting('-o', path)
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining('KAE_EXPORT_EXISTS') })
  })

  test('writes to a pipe what plays, and nothing beside it', async () => {
    const { status, stdout, stderr } = await exporting()
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const [header = '', ...events] = stdout.toString().trimEnd().split('\n')
    expect(JSON.parse(header)).toMatchObject({ version: 2, width: 90, height: 28 })
    expect(events.map((line) => (JSON.parse(line) as unknown[])[1])).toEqual(expect.arrayContaining(['o', 'm']))
  })

  test('writes what stood on the screen as text', async () => {
    const text = readFileSync(await exportedFile('a.txt'), 'utf8')
    expect(text).toContain(`\nFirst ${EVIL}\n`)
    expect(text).toContain('\nsecond\n')
    expect(text).toContain('exit status 3')
  })

  test('says what cannot be, with a next step', async () => {
    const { status, stderr } = await exporting('-o', join(home, 'a.doc'))
    expect({ status, stderr }).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('KAE_EXPORT_FORMAT_UNKNOWN'),
    })
  })

  test.for(['asciicast-v2', 'asciicast-v3'])('writes %s that asciinema plays', async (format, { skip }) => {
    const asciinema = findProgram('asciinema')
    if (asciinema === undefined) return skip('asciinema is not installed')
    const version = (await run([asciinema, '--version'], { env })).stdout.toString()
    if (format === 'asciicast-v3' && / [12]\./.test(version)) return skip(`${version.trim()} does not read version 3`)
    const path = await exportedFile('b.cast', '--format', format)
    // It wants a terminal, for keys that nobody presses here.
    await using terminal = new TerminalRun([asciinema, 'play', '-i', '0.01', path], { env, columns: 90, rows: 28 })
    await terminal.until('second')
    expect((await terminal.end()).status).toBe(0)
  })

  test('writes a typescript that scriptreplay plays, byte for byte', async ({ skip }) => {
    const scriptreplay = findProgram('scriptreplay')
    if (scriptreplay === undefined) return skip('scriptreplay is not installed')
    const path = await exportedFile('a.typescript')
    const argv = [scriptreplay, '--log-timing', `${path}.timing`, '--log-out', path, '--maxdelay', '0.001']
    const { status, stdout } = await run(argv, { env })
    expect(status).toBe(0)
    // It adds a line end of its own.
    expect(stdout.toString('latin1')).toBe(`${(await outputOf()).toString('latin1')}\n`)
  })
})

describe('an exported page', () => {
  test('plays in a browser, seeks to a command, and loads nothing', async ({ skip }) => {
    const program = chromium()
    if (program === undefined) return skip('no Chromium is installed')
    const url = pathToFileURL(await exportedFile('a.html')).href
    await using page = await Page.open(program, url)
    await page.until(
      'document.querySelector(".ap-term") !== null && !document.querySelector("button[data-marker]").disabled',
    )
    const labels = await page.evaluate(
      '[...document.querySelectorAll("button[data-marker] code")].map((e) => e.textContent)',
    )
    expect(labels).toEqual(expect.arrayContaining([`echo 'first ${EVIL}' | tr f F`, 'echo "sec""ond"', 'exit 3']))
    await page.evaluate('document.querySelector("li:last-child > button").click()')
    await page.until('document.querySelector(".ap-term").innerText.includes("second")')
    await page.until('document.querySelector("li:last-child > button").getAttribute("aria-current") === "true"')
    expect(await page.evaluate('document.querySelectorAll("img").length')).toBe(0)
    expect({ complaints: page.complaints, requests: page.requests }).toEqual({ complaints: [], requests: [url] })
  })
})
