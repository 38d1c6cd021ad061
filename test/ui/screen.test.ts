import { describe, expect, it } from 'vitest'
import type { Event } from '../../src/ui/state/event.ts'
import { podRow } from '../../src/ui/state/pod-row.ts'
import { COLOURS } from '../../src/ui/view/theme.ts'
import { sessionObject } from '../player/rig/memory-library.ts'
import { pod } from './rig/pods.ts'
import { FakeTerminal, NOW } from './rig/terminal.ts'

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 200, rows: 60 },
  { columns: 40, rows: 12 },
  { columns: 24, rows: 6 },
  { columns: 20, rows: 5 },
]

const listed = (count: number): Event => ({
  type: 'pods-listed',
  rows: Array.from({ length: count }, (_, index) => podRow(pod({ name: `pod-${String(index).padStart(5, '0')}` }))),
})
const LIVE: Event = { type: 'pods-feed', feed: { type: 'live' } }
const TROUBLE = { what: 'The API server is on fire.', next: 'Call somebody.' }

describe.each(SIZES)('at $columns × $rows', (size) => {
  it('the screen is full and nothing is wider than it', async () => {
    const terminal = new FakeTerminal(size)
    terminal.say(listed(100), LIVE)
    const lines = await terminal.until('pod-00000')
    expect(lines[0]).toMatch(/blue.*def/)
    expect(lines.at(-1)).not.toBe('')
    await terminal.quit()
  })

  it.each<[string, Event, RegExp]>([
    ['while it loads', { type: 'pods-feed', feed: { type: 'loading' } }, /Fetching pods/],
    ['where there are none', LIVE, /There are no pods/],
    ['where one may not look', { type: 'pods-feed', feed: { type: 'refused', trouble: TROUBLE } }, /You may not list/],
    [
      'after a failure',
      { type: 'pods-feed', feed: { type: 'failed', trouble: TROUBLE } },
      /The API server is\s+on fire/,
    ],
    [
      'while the connection is lost',
      { type: 'pods-feed', feed: { type: 'lost', trouble: TROUBLE, retryAt: NOW + 3000 } },
      /The API server is\s+on fire|Connection lost/,
    ],
  ])('it says so %s', async (_, event, words) => {
    // The smallest has three lines for it: its beginning.
    if (size.rows < 12) return
    const terminal = new FakeTerminal(size)
    terminal.say(event)
    await terminal.until(words)
    expect(terminal.lines()[0]).toContain('blue')
    await terminal.quit()
  })
})

describe('the list', () => {
  it('keeps its rows, and says that they are old, while the connection is lost', async () => {
    const terminal = new FakeTerminal({ columns: 80, rows: 24 })
    terminal.say(listed(3), { type: 'pods-feed', feed: { type: 'lost', trouble: TROUBLE, retryAt: NOW + 3000 } })
    const lines = await terminal.until('again in 3 s')
    expect(lines.join('\n')).toMatch(/pod-00002[\s\S]*What you see is from before/)
    await terminal.quit()
  })

  it('scrolls through 5,000 pods with a few hundred bytes a key, as many as through 50', async () => {
    const bytesFor = async (count: number): Promise<number> => {
      const terminal = new FakeTerminal({ columns: 80, rows: 24 })
      terminal.say(listed(count), LIVE)
      await terminal.until('pod-00000')
      terminal.takeBytes()
      terminal.type('\x1b[B')
      await terminal.until('› pod-00001')
      const bytes = terminal.takeBytes()
      await terminal.quit()
      return bytes
    }
    const [few, many] = [await bytesFor(50), await bytesFor(5000)]
    expect(many).toBeLessThan(600)
    expect(many).toBeLessThan(few * 1.2)
  })

  it('takes no longer to draw a key’s frame for 5,000 pods than a few times that for 50', async () => {
    const secondsFor = async (count: number): Promise<number> => {
      const terminal = new FakeTerminal({ columns: 200, rows: 60 })
      terminal.say(listed(count), LIVE)
      await terminal.until('pod-00000')
      const began = performance.now()
      for (let key = 1; key <= 40; key += 1) terminal.say({ type: 'press', press: { name: 'down' } })
      await terminal.until('› pod-00040')
      const spent = performance.now() - began
      await terminal.quit()
      return spent
    }
    await secondsFor(50)
    const [few, many] = [await secondsFor(50), await secondsFor(5000)]
    expect(many).toBeLessThan(few * 4 + 50)
  })

  it('shows hostile names as text', async () => {
    const terminal = new FakeTerminal({ columns: 80, rows: 24 })
    terminal.say(
      { type: 'pods-listed', rows: [podRow(pod({ name: 'a\x1b]0;owned\x07b', containers: ['c\x9b2J'] }))] },
      LIVE,
    )
    const lines = await terminal.until('owned')
    expect(lines.join('\n')).toContain('a\\e]0;owned\\x07b')
    await terminal.quit()
  })

  it('asks which of several containers, and says what it will enter', async () => {
    const terminal = new FakeTerminal({ columns: 80, rows: 24 })
    terminal.say({ type: 'pods-listed', rows: [podRow(pod({ name: 'web', containers: ['app', 'proxy'] }))] }, LIVE)
    await terminal.until('web')
    terminal.type('\r')
    await terminal.until('proxy')
    terminal.type('\x1b[B')
    await terminal.until('› proxy')
    terminal.type('\r')
    expect(await terminal.left).toEqual({
      to: 'shell',
      place: { context: 'blue', namespace: 'default' },
      pod: 'web',
      container: 'proxy',
    })
  })
})

describe('what came to nothing', () => {
  const lines = [
    'error: pods "web-0" is forbidden (KAE_KUBE_FORBIDDEN)',
    `next: ${'ask somebody who may '.repeat(6)}now`,
  ]
  const notice = { tone: 'bad', words: lines[0] ?? '', lines } as const

  it.each([
    { columns: 80, rows: 24 },
    { columns: 40, rows: 12 },
  ])('is said whole at $columns × $rows', async (size) => {
    const terminal = new FakeTerminal(size)
    terminal.say(listed(3), LIVE, { type: 'returned', notice })
    const shown = await terminal.until('any key')
    const words = shown.map((line) => line.trim()).join(' ')
    for (const word of lines.join(' ').split(' ')) expect(words).toContain(word)
    expect(words).toMatch(/may now/)
    await terminal.quit()
  })

  it('goes with the next key, which does nothing else', async () => {
    const terminal = new FakeTerminal({ columns: 80, rows: 24 })
    terminal.say(listed(3), LIVE, { type: 'returned', notice })
    await terminal.until('any key')
    terminal.type('q')
    expect((await terminal.until('pod-00002')).join('\n')).not.toContain('KAE_KUBE_FORBIDDEN')
    await terminal.quit()
  })
})

describe('a preview', () => {
  it.each([
    [{ columns: 160, rows: 40 }, /last screen[\s\S]*total 712/],
    [{ columns: 80, rows: 24 }, /last screen[\s\S]*total 712/],
  ])('shows the last screen where there is room for it', async (size, words) => {
    const terminal = new FakeTerminal(size)
    const session = sessionObject(3, 5000)
    terminal.say({ type: 'press', press: { name: 'text', text: 'r' } })
    terminal.say(
      { type: 'sessions-changed', upserts: [session], removed: [] },
      { type: 'sessions-feed', feed: { type: 'live' } },
    )
    const row = [{ column: 0, width: 9, text: 'total 712', style: { foreground: 1 } }] as const
    terminal.say({ type: 'preview', id: session.metadata.name, commands: [], picture: [row, [], []] })
    await terminal.until(words)
    await terminal.quit()
  })
})

const luminance = (colour: readonly number[]): number => {
  const [r = 0, g = 0, b = 0] = colour.map((part) =>
    part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

const LEVELS = [0, 95, 135, 175, 215, 255]
const rgbOf = (index: number): readonly number[] =>
  index >= 232
    ? Array.from({ length: 3 }, () => 8 + 10 * (index - 232))
    : [Math.floor((index - 16) / 36), Math.floor((index - 16) / 6) % 6, (index - 16) % 6].map((level) => LEVELS[level]!)

it.each(Object.entries(COLOURS))('%s is legible on black and on white', (_, index) => {
  const own = luminance(rgbOf(index))
  expect((own + 0.05) / 0.05).toBeGreaterThan(3.7)
  expect(1.05 / (own + 0.05)).toBeGreaterThan(3.7)
})
