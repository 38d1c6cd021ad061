/** Boxes with choices, as they stand on a terminal. */
import { describe, expect, it } from 'vitest'
import type { Event } from '../../../src/ui/state/event.ts'
import { podRow } from '../../../src/ui/state/pod-row.ts'
import { type PodDraft, pod } from '../rig/pods.ts'
import { FakeTerminal } from '../rig/terminal.ts'

const LIVE: Event = { type: 'pods-feed', feed: { type: 'live' } }
const listed = (...drafts: readonly PodDraft[]): Event => ({
  type: 'pods-listed',
  rows: drafts.map((draft) => podRow(pod(draft))),
})
const EASY = { columns: 80, rows: 24 }
const TROUBLE = { what: 'The API server is on fire.', next: 'Call somebody.' }

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `container-${index}`)
const topOf = (lines: readonly string[]): number => lines.findIndex((line) => line.includes('╭'))

async function withContainers(containers: readonly string[], size = EASY): Promise<FakeTerminal> {
  const terminal = new FakeTerminal(size)
  const others = Array.from({ length: 40 }, (_, index) => ({ name: `x${'x'.repeat(60)}${index + 10}` }))
  terminal.say(listed({ name: 'web', containers }, ...others), LIVE)
  await terminal.until('› web')
  terminal.type('\r')
  await terminal.until('Container')
  return terminal
}

describe('the containers of a pod', () => {
  it('stand over the list, under the name of their pod', async () => {
    const terminal = await withContainers(['app', 'proxy'])
    const lines = await terminal.until('Container in web: ▏')
    expect(lines.join('\n')).toMatch(/› web[\s\S]*│ › app +running, default │/)
    await terminal.quit()
  })

  it('have a box through which nothing shines', async () => {
    const terminal = await withContainers(numbered(14))
    const inside = (await terminal.until('container-13')).flatMap((line) => /│(.*)│/.exec(line)?.[1] ?? [])
    // The line that is typed, and a blank one for each container that a filter takes away.
    expect(inside).toHaveLength(15)
    terminal.type('13')
    const after = (await terminal.until('1 of 14')).flatMap((line) => /│(.*)│/.exec(line)?.[1] ?? [])
    expect(after.map((line) => line.trim()).filter(Boolean)).toHaveLength(2)
    expect([...inside, ...after].join('')).not.toMatch(/xx/)
    await terminal.quit()
  })

  it('stay where they are while one types', async () => {
    const terminal = await withContainers(numbered(12))
    const [top, bottom] = [topOf(terminal.lines()), terminal.lines().findIndex((line) => line.includes('╰'))]
    terminal.type('11')
    const lines = await terminal.until('1 of 12')
    expect([topOf(lines), lines.findIndex((line) => line.includes('╰'))]).toEqual([top, bottom])
    terminal.type('zz')
    expect(topOf(await terminal.until('nothing by this name'))).toBe(top)
    await terminal.quit()
  })

  it('have their names whole before it is said that they run', async () => {
    const name = 'a-container-with-a-long-name'
    const terminal = await withContainers([name, 'b'], { columns: 40, rows: 10 })
    const text = (await terminal.until(name)).join('\n')
    expect(text).toMatch(/b +running/)
    expect(text.split('\n').filter((line) => line.includes(name))).toEqual([expect.not.stringContaining('…')])
    await terminal.quit()
  })

  it('are there at another size, with the cursor where it was', async () => {
    const terminal = await withContainers(numbered(30))
    for (let key = 0; key < 20; key += 1) terminal.type('\x1b[B')
    await terminal.until('› container-20')
    for (const size of [{ columns: 40, rows: 10 }, { columns: 24, rows: 6 }, { columns: 120, rows: 40 }, EASY]) {
      terminal.resize(size)
      const lines = await terminal.until(new RegExp(`^.{0,${size.columns}}$[\\s\\S]*› container-20`, 'm'))
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(size.columns)
    }
    terminal.type('\x1b')
    await terminal.until('› web')
    await terminal.quit()
  })
})

describe('the namespaces', () => {
  it.each<[string, Event, RegExp]>([
    ['are being read', { type: 'namespaces-feed', feed: { type: 'loading' } }, /reading…/],
    [
      'may not be listed',
      { type: 'namespaces-feed', feed: { type: 'refused', trouble: TROUBLE } },
      /type a\s+│?\s*│?\s*name/,
    ],
    ['cannot be read', { type: 'namespaces-feed', feed: { type: 'failed', trouble: TROUBLE } }, /on fire/],
  ])('say so where they %s', async (_, event, words) => {
    const terminal = new FakeTerminal({ columns: 40, rows: 12 })
    terminal.say(listed({ name: 'a' }), LIVE, event)
    terminal.type('n')
    expect((await terminal.until(words)).join('\n')).toMatch(/› default +current/)
    await terminal.quit()
  })

  it('may be named by somebody who cannot list them', async () => {
    const terminal = new FakeTerminal(EASY)
    terminal.say({ type: 'namespaces-feed', feed: { type: 'refused', trouble: TROUBLE } })
    terminal.type('n')
    await terminal.until('Namespace: ▏')
    terminal.type('secret')
    await terminal.until('Enter opens “secret”, whether or not it is there')
    terminal.type('\r')
    await terminal.until(/namespace secret/)
    await terminal.quit()
  })
})

it('a kubeconfig without contexts is said to be one', async () => {
  const terminal = new FakeTerminal(EASY, undefined, { contexts: [] })
  terminal.type('c')
  await terminal.until('no kubeconfig has a context')
  await terminal.quit()
})
