/** A recording may try to attack whoever reads a document that was made of it. Each attack, in each format. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { SessionRecord } from '../../../src/protocol/record.ts'
import type { RecordedCommand } from '../../../src/protocol/recorded-command.ts'
import { asciicastV2 } from '../../../src/recording/formats/asciicast-v2.ts'
import { asciicastV3 } from '../../../src/recording/formats/asciicast-v3.ts'
import type { Encoder } from '../../../src/recording/formats/format.ts'
import { escapeHtml } from '../../../src/recording/formats/html/escape-html.ts'
import { pageBody, pageHead, pageTail } from '../../../src/recording/formats/html/page.ts'
import { pageRecording } from '../../../src/recording/formats/html/recording.ts'
import { jsonLines } from '../../../src/recording/formats/json.ts'
import { openScreenText, plainTextDocument } from '../../../src/recording/formats/text.ts'
import { encoded, madeRecords, sessionOf, size } from './rig.ts'

const ASSETS = { script: 'var AsciinemaPlayer', style: 'p{}' }

/** As `sessions export --format html` puts it together. */
async function page(records: readonly SessionRecord[], commands: readonly RecordedCommand[]): Promise<string> {
  const session = sessionOf(records)
  const recording = pageRecording({ commands, input: { leftOut: new Set() } })
  const screen = await openScreenText({})
  screen.start(session)
  const parts = [recording.start(session)]
  let text = ''
  for (const record of records) {
    parts.push(recording.record(record))
    text += escapeHtml(screen.record(record))
  }
  parts.push(recording.finish())
  text += escapeHtml(screen.finish())
  const { markers } = recording
  const body = pageBody({ session, markers, hasRecording: true, facts: [] })
  const tail = pageTail(markers, { startAt: 0, keys: true }, ASSETS)
  return [pageHead(session, ASSETS), ...parts, body, text, tail].join('')
}

const ATTACKS: Readonly<Record<string, string>> = {
  'a hyperlink (OSC 8)': '\x1b]8;;https://evil.example/\x07click\x1b]8;;\x07',
  'the clipboard (OSC 52)': '\x1b]52;c;ZXZpbA==\x07',
  'the title, set': '\x1b]0;evil\x07\x1b]2;evil\x1b\\',
  'the title, reported': '\x1b]0;evil\x07\x1b[21t',
  DECRQSS: '\x1bP$q"p\x1b\\',
  'a status report (DSR)': '\x1b[6n\x1b[5n',
  'device attributes (DA)': '\x1b[c\x1b[>c\x1b[=c',
  'C1 controls': '\u009b6n\u009d0;evil\u009c\u0090$qm\u009c',
  'bidi overrides': 'a\u202eb\u2066c\u2069\u200f',
  'a line separator': 'a\u2028b\u2029c',
  'a very long line': 'x'.repeat(300_000),
  'a megabyte of one escape sequence': `\x1b]0;${'x'.repeat(1_000_000)}\x07\x1b[${'1;'.repeat(100_000)}m\x1bP${'q'.repeat(300_000)}\x1b\\`,
  'an end of a script': '</script><script>alert(1)</script>',
  'an end of everything': '</pre></details></style></title><img src=x onerror=alert(1)>',
  'a comment': '<!--<script>',
  'a lone surrogate': Buffer.from('\ud800').toString('latin1'),
  'bytes that are no text': '\xff\xfe\x00\x80',
  'entities and quotes': `&lt;script&gt;"'\`&#60;`,
  'a repeat without end': 'x\x1b[2147483647b',
  'sizes without end': '\x1b[8;99999;99999t\x1b[99999L\x1b[99999S\x1b[99999M',
}

const hostileRecords = (attack: string): SessionRecord[] =>
  madeRecords(
    [size(0, 80, 24), [1, 'input', `${attack}\r`], [2, 'output', attack], [3, 'output', Buffer.from(attack, 'latin1')]],
    {
      username: attack.slice(0, 200),
      command: ['sh', '-c', attack.slice(0, 5000)],
      end: { message: attack.slice(0, 200) },
    },
  )

const hostileCommands = (attack: string): RecordedCommand[] => [
  { type: 'command', source: 'seen', line: attack, doubts: [], elapsed: 1e6, seq: 1 },
  { type: 'program', name: attack, elapsed: 2e6, seq: 2 },
]

// What could drive a terminal, turn the direction of text, or break a line: everything but \n.
const ACTING = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u

describe.each(Object.entries(ATTACKS))('%s', (_, attack) => {
  const records = hostileRecords(attack)
  const commands = hostileCommands(attack)

  it('is plain text in a text', async () => {
    expect(encoded(await plainTextDocument({ commands }), records)).not.toMatch(ACTING)
  })

  it('is ASCII in JSON and casts', () => {
    const encoders: Encoder[] = [jsonLines(), asciicastV2({ commands }), asciicastV3({ commands })]
    for (const encoder of encoders) {
      const document = encoded(encoder, records)
      expect(document).toMatch(/^[\n -~]*$/)
      for (const line of document.trimEnd().split('\n')) if (!line.startsWith('#')) JSON.parse(line)
    }
  })

  it('adds no element, attribute or script to a page', async () => {
    const html = await page(records, commands)
    expect(html).not.toMatch(ACTING)
    const harmless = await page(hostileRecords('harmless'), hostileCommands('harmless'))
    expect(tagsOf(html)).toEqual(tagsOf(harmless))
    expect(html).not.toContain('<!--')
  })
})

/** All that a browser could take for a tag, but those of the page's own scripts. */
const tagsOf = (html: string): string[] => html.match(/<[!/a-z][^>]*>/gi) ?? []

describe('a page', () => {
  it('allows the scripts and styles that stand in it, and nothing else', async () => {
    const html = await page(hostileRecords('x'), hostileCommands('x'))
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? ''
    const hashes = [...policy.matchAll(/'(sha256-[^']+)'/g)].map(([, hash]) => hash)
    const own = [...html.matchAll(/<(?:script|style)>([\s\S]*?)<\/(?:script|style)>/g)].map(
      ([, text]) => `sha256-${createHash('sha256').update(text!).digest('base64')}`,
    )
    expect(own.toSorted()).toEqual(hashes.toSorted())
    expect(policy).toMatch(/^default-src 'none';/)
    expect(policy).not.toMatch(/unsafe-(inline|eval)'(?<!'wasm-unsafe-eval')|https?:|\*/)
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<style'))
  })

  it('says nothing that would load from elsewhere', async () => {
    const html = await page(hostileRecords('x'), hostileCommands('x'))
    expect(html).not.toMatch(/\b(src|href|srcset|data|action|ping)=|@import|url\(/)
  })

  it('refuses assets that would end their own element', () => {
    const session = sessionOf(hostileRecords('x'))
    expect(() => pageHead(session, { ...ASSETS, script: '"</script>"' })).toThrow('end its own element')
  })
})

describe('time', () => {
  const makers: readonly (readonly [string, () => Promise<Encoder>])[] = [
    ['json', async () => jsonLines()],
    ['asciicast', async () => asciicastV2()],
    ['text', () => plainTextDocument({ commands: [] })],
  ]
  const floods: readonly (readonly [string, string])[] = [
    ['lines', 'some words\r\n'],
    ['one long line', 'x'],
    ['erasures', 'x\x1b[2J'],
    ['repeats', 'x\x1b[2147483647b'],
    ['an unfinished sequence', '\x1b]0;'],
    ['whole screens', '\x1b[?1049hx\x1b[?1049l'],
    ['characters that combine', '\u0301'],
    ['resets', 'x\x1bc'],
  ]

  it.each(makers.flatMap(([format, make]) => floods.map(([flood, unit]) => ({ format, flood, unit, make }))))(
    'of $format grows no faster than $flood do',
    async ({ unit, make }) => {
      const spent = async (bytes: number): Promise<number> => {
        const pieces = Array.from(
          { length: bytes / 8000 },
          () => [1, 'output', unit.repeat(8000 / unit.length)] as const,
        )
        const records = madeRecords([size(0, 200, 100), ...pieces])
        const encoder = await make()
        const began = performance.now()
        encoded(encoder, records)
        return performance.now() - began
      }
      await spent(8000)
      const small = await spent(40_000)
      // Eight times as much: a quadratic cost would be sixty-four times as long.
      expect((await spent(320_000)) / Math.max(small, 5)).toBeLessThan(32)
    },
  )
})
