/** What the screen says of its sources, and what goes first where there is little room. */
import { describe, expect, it } from 'vitest'
import type { Event } from '../../src/ui/state/event.ts'
import type { Feed } from '../../src/ui/state/model.ts'
import { podRow } from '../../src/ui/state/pod-row.ts'
import { wrapped } from '../../src/ui/text.ts'
import { type PodDraft, pod } from './rig/pods.ts'
import { FakeTerminal, NOW } from './rig/terminal.ts'

const LIVE: Event = { type: 'pods-feed', feed: { type: 'live' } }
const TROUBLE = { what: 'The API server does not accept the credentials: Unauthorized', next: 'Log in again.' }
const listed = (...drafts: readonly PodDraft[]): Event => ({
  type: 'pods-listed',
  rows: drafts.map((draft) => podRow(pod(draft))),
})
const feed = (type: 'lost' | 'failed' | 'refused'): Event => {
  const all: Record<typeof type, Feed> = {
    lost: { type: 'lost', trouble: TROUBLE, retryAt: NOW + 3000 },
    failed: { type: 'failed', trouble: TROUBLE },
    refused: { type: 'refused', trouble: TROUBLE },
  }
  return { type: 'pods-feed', feed: all[type] }
}
const SMALL = { columns: 80, rows: 24 }

describe('rows that are no longer kept up', () => {
  it.each([
    ['lost', 'Connection lost, again in 3 s. What you see is from before.'],
    ['failed', 'Stopped: Ctrl-R tries again. What you see is from before.'],
    ['refused', 'Stopped: Ctrl-R tries again. What you see is from before.'],
  ] as const)('say so: %s', async (type, words) => {
    const terminal = new FakeTerminal(SMALL)
    terminal.say(listed({ name: 'a' }), LIVE, feed(type))
    expect((await terminal.until(words)).join('\n')).toContain('› a')
    await terminal.quit()
  })
})

describe('where the record is', () => {
  const words =
    'The shell in a-pod-with-a-long-name-5d9c-abcde/app ended with 0; recorded as session 01a205ad-a283-7215-8422-8d296238d899'
  const back: Event = { type: 'returned', notice: { tone: 'good', words } }

  it('is said whole, and the cursor stays on the screen', async () => {
    const terminal = new FakeTerminal(SMALL)
    const names = Array.from({ length: 40 }, (_, index) => ({ name: `p${index + 10}` }))
    terminal.say(listed(...names), LIVE)
    await terminal.until('p10')
    for (let key = 0; key < 18; key += 1) terminal.say({ type: 'press', press: { name: 'down' } })
    terminal.say(back)
    const lines = await terminal.until('8d296238d899')
    expect(lines.map((line) => line.trim()).join(' ')).toContain(words)
    expect(lines.join('\n')).toContain('› p28')
    expect(lines.at(-1)).toContain('? keys')
    await terminal.quit()
  })

  it('has one line of a small screen', async () => {
    const terminal = new FakeTerminal({ columns: 60, rows: 12 })
    terminal.say(listed({ name: 'a' }), LIVE, back)
    const lines = await terminal.until('The shell in')
    expect(lines.filter((line) => /shell in|ended|session/.test(line))).toHaveLength(1)
    await terminal.quit()
  })
})

describe('nobody counts what nobody knows', () => {
  it.each([['failed'], ['refused'], ['lost']] as const)('when it %s', async (type) => {
    const terminal = new FakeTerminal(SMALL)
    terminal.say(feed(type))
    const lines = await terminal.until('accept the credentials')
    expect(lines.at(-1)).not.toContain('0 pods')
    // Once: in the middle, not in a line of its own as well.
    expect(lines.filter((line) => line.includes('accept the credentials'))).toHaveLength(1)
    await terminal.quit()
  })
})

describe('a long name', () => {
  const name = 'a-very-long-name-of-a-deployment-7f9c6d5b8-x2x4z'

  it('goes before containers and the word about recording', async () => {
    const terminal = new FakeTerminal(SMALL)
    terminal.say(listed({ name, containers: ['app', 'proxy'] }), LIVE)
    const lines = await terminal.until('x2x4z')
    expect(lines.join('\n')).toMatch(/a-very-long-name-of.*…\S+x2x4z .*Running/)
    expect(lines.join('\n')).not.toContain('CONTAINERS')
    await terminal.quit()
  })

  it('leaves room for the status on a narrow screen, and stands whole on a wide one with all columns', async () => {
    const narrow = new FakeTerminal({ columns: 40, rows: 12 })
    narrow.say(listed({ name }), LIVE)
    expect((await narrow.until('x2x4z')).join('\n')).toContain('Running')
    await narrow.quit()
    const wide = new FakeTerminal({ columns: 200, rows: 60 })
    wide.say(listed({ name }), LIVE)
    expect((await wide.until(name)).join('\n')).toMatch(/CONTAINERS.*RECORD.*NODE/)
    await wide.quit()
  })
})

describe('recording', () => {
  it('is not called unknown before anybody was asked', async () => {
    const terminal = new FakeTerminal(SMALL)
    terminal.say(listed({ name: 'a' }), LIVE)
    expect((await terminal.until('› a')).join('\n')).not.toContain('unknown')
    terminal.say({ type: 'recording', recording: { collector: 'unknown', required: 'unknown', allowed: 'unknown' } })
    await terminal.until(/unknown$/m)
    await terminal.quit()
  })
})

it('the footer has more keys where there is room for them, and always the way to all', async () => {
  const wide = new FakeTerminal({ columns: 200, rows: 60 })
  wide.say(listed({ name: 'a' }), LIVE)
  expect((await wide.until('› a')).at(-1)).toMatch(/n ns.*c context.*q quit.*\? keys$/)
  await wide.quit()
  const narrow = new FakeTerminal({ columns: 40, rows: 12 })
  narrow.say(listed({ name: 'a' }), LIVE)
  expect((await narrow.until('› a')).at(-1)).toMatch(/Enter shell.*\? keys$/)
  await narrow.quit()
})

it('a wide character at the edge is not cut in two', async () => {
  const terminal = new FakeTerminal({ columns: 24, rows: 6 })
  terminal.say(listed({ name: '漢字漢字漢字漢字漢字漢字' }), LIVE)
  const lines = await terminal.until('漢')
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(24)
  await terminal.quit()
})

describe('lines of words', () => {
  it.each([
    ['one two three', 7, ['one two', 'three']],
    ['one', 10, ['one']],
    ['', 10, ['']],
    ['abcdefgh ij', 3, ['abc', 'def', 'gh', 'ij']],
    ['漢字漢字', 5, ['漢字', '漢字']],
  ] as const)('%s in %i', (text, width, lines) => expect(wrapped(text, width)).toEqual(lines))
})
