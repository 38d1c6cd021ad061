import { globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ReadRecord } from '../../../src/protocol/read-record.ts'
import { deriveCommands } from '../../../src/recording/commands/derive.ts'
import { asciicastV2 } from '../../../src/recording/formats/asciicast-v2.ts'
import { asciicastV3 } from '../../../src/recording/formats/asciicast-v3.ts'
import type { CastOptions } from '../../../src/recording/formats/cast-events.ts'
import { castOf, encoded, FIXTURES, madeRecords, SESSION_ID, shellRecords, size, streamed } from './rig.ts'

const VERSIONS = [
  ['v2', asciicastV2],
  ['v3', asciicastV3],
] as const

const v2 = (...args: Parameters<typeof madeRecords>) => castOf(encoded(asciicastV2(), madeRecords(...args)))

/** What `asciinema-player` itself makes of a cast. */
interface Played {
  readonly duration: number
  readonly markers: readonly (readonly [number, string])[]
}

interface PlayerCore {
  addEventListener(name: string, listener: (event: Played) => void): void
  init(): Promise<void>
  terminalReady(): void
}

type CoreClass = new (source: object, options: object) => PlayerCore

let Core: CoreClass
beforeAll(async () => {
  // Its parsers have no door of their own; the core, without its screen, runs them.
  const [file = ''] = globSync(join(import.meta.dirname, '../../../node_modules/asciinema-player/dist/core-*.js'))
  Core = ((await import(pathToFileURL(file).href)) as { C: CoreClass }).C
})

async function played(document: string): Promise<Played> {
  const fail = (...words: unknown[]): never => {
    throw new Error(words.join(' '))
  }
  const logger = { log() {}, debug() {}, info() {}, warn: fail, error: fail }
  const core = new Core({ data: document }, { logger, preload: true })
  const { promise, resolve } = Promise.withResolvers<Played>()
  core.addEventListener('metadata', resolve)
  const ready = core.init()
  core.terminalReady()
  await ready
  return promise
}

describe.each(VERSIONS)('asciicast %s', (version, encoder) => {
  const shell = async (options: CastOptions = {}): Promise<string> => {
    const records = shellRecords()
    const { commands } = await deriveCommands(streamed(records))
    return encoded(encoder({ commands, ...options }), records)
  }

  it('of a real shell is what it was when somebody looked at it', async () => {
    await expect(await shell()).toMatchFileSnapshot(join(FIXTURES, `shell.${version}.cast`))
  })

  it('is read by asciinema’s own player, with the commands as markers', async () => {
    const { duration, markers } = await played(await shell())
    expect(duration).toBeCloseTo(37.83, 1)
    expect(markers.map(([, label]) => label)).toEqual(
      expect.arrayContaining(['clear', 'vi notes.txt', '(full screen: vi)', '(not echoed)', 'exit 3']),
    )
  })

  it('is ASCII, whatever was recorded', async () => {
    expect(await shell({ input: { leftOut: new Set() } })).toMatch(/^[\n -~]*$/)
  })

  it('says once, and where it first happened, that bytes were replaced', () => {
    const records = madeRecords([
      [1, 'output', 'a'],
      [2, 'output', Buffer.of(0xff)],
      [3, 'output', Buffer.of(0xfe)],
    ])
    const encoding = encoder()
    const { events } = castOf(encoded(encoding, records))
    const seen = events.filter(([, code]) => code !== 'x').map(([, code, data]) => [code, data])
    expect(seen).toEqual([
      ['o', 'a'],
      ['m', 'from here on bytes that are not UTF-8 were replaced'],
      ['o', '�'],
      ['o', '�'],
    ])
    expect([...encoding.losses]).toEqual(['not-utf8'])
  })
})

describe('asciicast', () => {
  it('has the size at the beginning in its header, and later ones as events', () => {
    const { header, events } = v2([size(0, 100, 30), [1, 'output', 'a'], size(2, 80, 24)])
    expect(header).toMatchObject({ version: 2, width: 100, height: 30, timestamp: 1767323045 })
    expect(events).toEqual([
      [1, 'o', 'a'],
      [2, 'r', '80x24'],
    ])
  })

  it('version 3 counts from the event before and ends with the exit status', () => {
    const moments = [size(0, 100, 30), [1.000001, 'output', 'a'], [1.5, 'output', 'b']] as const
    const { header, events } = castOf(encoded(asciicastV3(), madeRecords(moments, { end: { exitCode: 3 } })))
    expect(header).toMatchObject({ version: 3, term: { cols: 100, rows: 30 } })
    expect(events).toEqual([
      [1.000001, 'o', 'a'],
      [0.499999, 'o', 'b'],
      [0, 'x', '3'],
    ])
  })

  it('has intervals whose sum is exact', () => {
    let micros = 0
    const moments = Array.from({ length: 1000 }, (_, index) => {
      micros += (index * 7919) % 1000
      return [micros / 1e6, 'output', 'x'] as const
    })
    const { events } = castOf(encoded(asciicastV3(), madeRecords(moments)))
    expect(events.reduce((sum, [interval]) => sum + Math.round(interval * 1e6), 0)).toBe(micros)
  })

  it('never goes back in time, though a recorder’s clock did', () => {
    const { events } = v2([
      [5, 'output', 'a'],
      [4, 'output', 'b'],
      [6, 'output', 'c'],
    ])
    expect(events.map(([time]) => time)).toEqual([5, 5, 6])
  })

  it('puts a character together that two records hold', () => {
    const [first, second] = [Buffer.from('日').subarray(0, 1), Buffer.from('日').subarray(1)]
    const { events } = v2([
      [1, 'output', first],
      [2, 'output', second],
    ])
    expect(events).toEqual([[2, 'o', '日']])
  })

  it('gives a terminal the carriage returns that it needs where the session had none', () => {
    const { events } = v2([[1, 'output', 'a\nb\n']], { tty: false })
    expect(events).toEqual([[1, 'o', 'a\r\nb\r\n']])
  })

  it('shows stderr among the output, and says so', () => {
    const encoding = asciicastV2()
    const records = madeRecords([[1, 'errorOutput', 'oops']], { tty: false })
    expect(castOf(encoded(encoding, records)).events.at(-1)).toEqual([1, 'o', 'oops'])
    expect([...encoding.losses]).toEqual(['streams'])
  })

  it('has what was typed only where it is asked for, and says where some was left out', () => {
    const records = madeRecords([
      [1, 'input', 'ls\r'],
      [2, 'input', 'hun'],
      [2, 'input', 'ter2\r'],
      [3, 'output', 'ok'],
    ])
    expect(castOf(encoded(asciicastV2(), records)).events).toEqual([[3, 'o', 'ok']])
    const document = encoded(asciicastV2({ input: { leftOut: new Set([2, 3]) } }), records)
    expect(castOf(document).events).toEqual([
      [1, 'i', 'ls\r'],
      [2, 'm', 'input left out: the terminal did not echo it'],
      [3, 'o', 'ok'],
    ])
    expect(document).not.toMatch(/hun|ter2/)
  })

  it('marks input that its reader may not see, once for a whole password', () => {
    const [open, one, two, end] = madeRecords([
      [1, 'input', 'a'],
      [2, 'input', 'b'],
    ])
    const withheld = [one!, two!].map(({ payload: _, salt: __, ...rest }): ReadRecord => {
      return { ...rest, kind: 'withheld', of: 'input', payloadBytes: 1, commitment: Buffer.alloc(32) }
    })
    const encoding = asciicastV2({ input: { leftOut: new Set() } })
    const { events } = castOf(encoded(encoding, [open!, ...withheld, end!], undefined))
    expect(events).toEqual([[1, 'm', 'input withheld']])
    expect([...encoding.losses]).toEqual(['withheld'])
  })

  it('begins at a moment: what was before is there at once', () => {
    const records = madeRecords([
      [1, 'output', 'a'],
      [5, 'output', 'b'],
      [6, 'output', 'c'],
    ])
    const { events } = castOf(encoded(asciicastV2({ from: 5e6 }), records))
    expect(events).toEqual([
      [0, 'o', 'a'],
      [0, 'o', 'b'],
      [1, 'o', 'c'],
    ])
  })

  it('leaves pauses as they were and asks players to shorten them', () => {
    const { header } = castOf(encoded(asciicastV2({ idleLimit: 2 }), madeRecords([[9, 'output', 'a']])))
    expect(header).toMatchObject({ idle_time_limit: 2 })
  })

  it('is a whole document where nothing was recorded', () => {
    const { header, events } = v2([])
    expect({ header, events }).toMatchObject({ header: { width: 80, height: 24 }, events: [] })
    expect(header).toMatchObject({ 'kube-audit-exec': { session: SESSION_ID, authentication: 'request-header' } })
  })
})
