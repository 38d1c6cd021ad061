import { mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type IPty, spawn } from '@lydell/node-pty'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { OutputSink } from '../../src/session/output-sink.ts'
import { swiftWriteTo } from '../../src/session/swift-output.ts'

const STOP = '\x13'
const GO_ON = '\x11'

let pty: IPty | undefined
afterEach(() => pty?.kill('SIGKILL'))

/** A terminal whose lines go out as they are, and stop at Ctrl-S. */
async function openTerminal() {
  let shown = ''
  const term = spawn('sh', ['-c', 'stty -opost -echo ixon; tty; exec sleep 60'], {})
  pty = term
  term.onData((text) => {
    shown += text
  })
  const name = await vi.waitFor(() => /\/dev\/pts\/\d+(?=\n)/.exec(shown)?.[0] ?? Promise.reject(new Error(shown)))
  shown = ''
  return { term, fd: openSync(name, 'w'), shown: () => shown }
}

describe.runIf(process.platform === 'linux')('a swift write', () => {
  it('is on the terminal when it returns', async () => {
    const { fd, shown } = await openTerminal()
    expect(swiftWriteTo(fd)(Buffer.from('key'))).toBe(3)
    await vi.waitFor(() => expect(shown()).toBe('key'))
  })

  it('leaves everything to the slow way where the terminal is stopped, and never waits for it', async () => {
    const { fd, term, shown } = await openTerminal()
    const write = swiftWriteTo(fd)
    term.write(STOP)
    await vi.waitFor(() => expect(write(Buffer.from('x'))).toBe(0))
    const sink = new OutputSink(fd, { full: () => {}, broken: () => {} })
    const before = shown()
    for (const part of ['one ', 'two ', 'three']) sink.write(Buffer.from(part))
    term.write(GO_ON)
    await sink.flushed()
    await vi.waitFor(() => expect(shown().slice(before.length)).toMatch(/^x*one two three$/))
  })

  it('stays behind what the slow way still writes', async () => {
    const { fd, shown } = await openTerminal()
    const sink = new OutputSink(fd, { full: () => {}, broken: () => {} })
    const long = 'a'.repeat(300_000)
    for (const part of ['first ', long, ' last']) sink.write(Buffer.from(part))
    await sink.flushed()
    await vi.waitFor(() => expect(shown() === `first ${long} last`).toBe(true))
  })

  it('leaves what is not a terminal to the slow way: a file’s position belongs to its descriptor', () => {
    const folder = mkdtempSync(join(tmpdir(), 'swift-'))
    expect(swiftWriteTo(openSync(join(folder, 'out'), 'w'))(Buffer.from('x'))).toBe(0)
    rmSync(folder, { recursive: true })
  })
})
