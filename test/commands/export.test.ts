import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReadRecord } from '../../src/protocol/read-record.ts'
import type { SessionRecord } from '../../src/protocol/record.ts'
import type { SessionLibrary } from '../../src/protocol/session-library.ts'
import { exportSession } from '../../src/reading/export/export-session.ts'
import type { ExportOptions } from '../../src/reading/export/export-source.ts'
import { chooseFormat } from '../../src/reading/export/format-name.ts'
import { fileSink, stdoutSink } from '../../src/reading/export/sink.ts'
import { progressLine } from '../../src/reading/print/progress.ts'
import { sessionOf, shellRecords } from '../recording/formats/rig.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kae-export-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const at = (name: string): string => join(folder, name)

/** Of a library, what an export asks for. */
function libraryOf(records: () => Iterable<ReadRecord>): SessionLibrary {
  const parts: Pick<SessionLibrary, 'records' | 'commands'> = {
    async *records() {
      yield* records()
    },
    commands: async () => [],
  }
  return parts as SessionLibrary
}

async function exported(options: Partial<ExportOptions>, records: readonly SessionRecord[] = shellRecords()) {
  const path = at('out')
  const sink = (suffix: string) => fileSink({ path: `${path}${suffix}`, force: false })
  const resolved = { id: records[0]!.session, session: sessionOf(records) }
  const library = libraryOf(() => records)
  const place = { library, resolved, sink, advance: () => {}, signal: new AbortController().signal }
  return exportSession({ format: 'asciicast-v2', input: false, secrets: false, ...options }, place)
}

const code = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  )

describe('an exported file', () => {
  it('is its owner’s alone and stands there whole', async () => {
    const { records, losses } = await exported({})
    expect({ records, losses: [...losses] }).toEqual({ records: 55, losses: ['not-utf8'] })
    expect(statSync(at('out')).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['out'])
  })

  it('is never there in part: a broken chain of records leaves nothing behind', async () => {
    const records = shellRecords()
    records.splice(20, 1)
    expect(await code(exported({}, records))).toBe('KAE_READING_CHAIN_BROKEN')
    expect(readdirSync(folder)).toEqual([])
  })

  it('does not replace another one, not even one that came meanwhile', async () => {
    const early = await fileSink({ path: at('out'), force: false })
    writeFileSync(at('out'), 'mine')
    expect(await code(early.commit())).toBe('KAE_EXPORT_EXISTS')
    await early.discard()
    expect(await code(fileSink({ path: at('out'), force: false }))).toBe('KAE_EXPORT_EXISTS')
    expect(readFileSync(at('out'), 'utf8')).toBe('mine')
    expect(readdirSync(folder)).toEqual(['out'])
  })

  it('with --force replaces a file, and keeps others from reading it', async () => {
    writeFileSync(at('out'), 'old')
    chmodSync(at('out'), 0o644)
    const sink = await fileSink({ path: at('out'), force: true })
    await sink.write('new')
    await sink.commit()
    expect(readFileSync(at('out'), 'utf8')).toBe('new')
    expect(statSync(at('out')).mode & 0o777).toBe(0o600)
  })

  it('never takes the place of a device or a link', async () => {
    symlinkSync('/dev/null', at('link'))
    expect(await code(fileSink({ path: at('link'), force: true }))).toBe('KAE_EXPORT_NOT_A_FILE')
    expect(await code(fileSink({ path: '/dev/null', force: true }))).toBe('KAE_EXPORT_NOT_A_FILE')
  })

  it('ends, and leaves nothing behind, when it is told to stop', async () => {
    const controller = new AbortController()
    const records = shellRecords()
    const place = {
      library: libraryOf(() => records),
      resolved: { id: records[0]!.session, session: sessionOf(records) },
      sink: () => fileSink({ path: at('out'), force: false }),
      advance: () => controller.abort(),
      signal: controller.signal,
    }
    const options = { format: 'json', input: false, secrets: false } as const
    await expect(exportSession(options, place)).rejects.toThrow('aborted')
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('what was typed unseen', () => {
  const whole = (): string => readFileSync(at('out'), 'utf8')

  it('is left out of a cast with --input', async () => {
    await exported({ input: true })
    expect(whole()).toContain('input left out: the terminal did not echo it')
    expect(whole()).not.toContain('hunter2')
  })

  it('is there with --secrets', async () => {
    await exported({ input: true, secrets: true })
    expect(whole()).toContain('hunter2')
  })

  it('is left out of a page and a typescript as well', async () => {
    for (const format of ['html', 'typescript'] as const) {
      await exported({ format, input: true })
      for (const file of readdirSync(folder)) {
        expect(readFileSync(at(file), 'utf8')).not.toContain('hunter2')
        rmSync(at(file))
      }
    }
  })
})

describe('the format', () => {
  it.each([
    ['a.cast', 'asciicast-v2'],
    ['a.json', 'json'],
    ['a.JSONL', 'json'],
    ['a.txt', 'text'],
    ['a.html', 'html'],
    ['a.typescript', 'typescript'],
  ])('of %s is %s', (output, format) => {
    expect(chooseFormat({ output, onTerminal: true })).toBe(format)
  })

  it('of stdout is text for a person and a recording for a program', () => {
    expect(chooseFormat({ onTerminal: true })).toBe('text')
    expect(chooseFormat({ onTerminal: false })).toBe('asciicast-v2')
  })

  it.each([
    [{ output: 'a.doc', onTerminal: false }, 'KAE_EXPORT_FORMAT_UNKNOWN'],
    [{ format: 'html', onTerminal: true }, 'KAE_EXPORT_NEEDS_FILE'],
    [{ format: 'typescript', onTerminal: false }, 'KAE_EXPORT_NEEDS_FILE'],
  ] as const)('%o cannot be', (request, expected) => {
    expect(() => chooseFormat(request)).toThrow(expect.objectContaining({ code: expected }))
  })

  it.each([
    { format: 'text', input: true },
    { format: 'text', idleLimit: 2 },
    { format: 'json', idleLimit: 2 },
    { format: 'json', secrets: true },
  ] as const)('refuses what it has no place for: %o', async (options) => {
    expect(await code(exported(options))).toBe('KAE_EXPORT_FLAGS')
  })
})

describe('stdout', () => {
  it('waits for a slow reader', async () => {
    const pipe = new PassThrough({ highWaterMark: 1 })
    const sink = stdoutSink(pipe)
    const written = sink.write('x'.repeat(200_000)).then(() => 'written')
    expect(await Promise.race([written, new Promise((resolve) => setImmediate(resolve, 'waiting'))])).toBe('waiting')
    pipe.resume()
    expect(await written).toBe('written')
  })
})

describe('a progress line', () => {
  const line = (done: number, total?: number, columns = 80): string =>
    progressLine({ label: 'exporting', unit: 'records', done, total, columns })

  it('says how much is done, and of how much where that is known', () => {
    expect(line(1234)).toBe('exporting  1,234 records')
    expect(line(500, 1000)).toBe(`exporting  ${'█'.repeat(12)}${'░'.repeat(12)}  50 %  500 of 1,000 records`)
  })

  it('names no share that is more than all of it', () => {
    expect(line(1001, 1000)).toBe('exporting  1,001 records')
  })

  it('never breaks its line', () => {
    for (const columns of [1, 10, 40, 60]) expect(line(500, 1000, columns).length).toBeLessThan(columns)
  })
})
