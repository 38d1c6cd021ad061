import headless from '@xterm/headless'
import { describe, expect, it, vi } from 'vitest'
import type { Place } from '../../src/ui/state/model.ts'
import { podRow } from '../../src/ui/state/pod-row.ts'
import { firstFrame } from '../../src/ui/view/first-frame.ts'
import { themeOf } from '../../src/ui/view/theme.ts'
import { pod } from './rig/pods.ts'
import { FakeTerminal } from './rig/terminal.ts'

// What draws for Ink asks once, when it is loaded, how many colours there are.
const ENV = vi.hoisted(() => {
  vi.stubEnv('FORCE_COLOR', '2')
  return { FORCE_COLOR: '2' }
})

const SIZES = [
  [80, 24],
  [81, 25],
  [200, 60],
  [120, 40],
  [60, 15],
  [40, 12],
  [33, 9],
  [24, 6],
  [16, 4],
  [10, 3],
] as const

const PLACES: readonly Place[] = [
  { context: 'blue', namespace: 'default' },
  { context: '', namespace: '' },
  { context: 'gke_a-very-long-project-name_europe-west1-b_production', namespace: '漢字-name\\space\x1b[2J' },
]

/** Every cell: what is in it, and how it looks. */
async function cellsOf(bytes: string, { columns, rows }: { readonly columns: number; readonly rows: number }) {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true })
  await new Promise<void>((resolve) => terminal.write(bytes, resolve))
  return Array.from({ length: rows }, (_, row) => {
    const line = terminal.buffer.active.getLine(row)
    return Array.from({ length: columns }, (_, column) => {
      const cell = line?.getCell(column)
      const blank = cell?.getChars() === '' || cell?.getChars() === ' '
      // A blank has no foreground.
      return blank ? ' ' : [cell?.getChars(), cell?.getFgColor(), cell?.isBold()].join()
    })
  })
}

describe.each(SIZES)('the frame made without Ink, at %i × %i', (columns, rows) => {
  it.each(PLACES)('is to the cell the one that Ink makes: $context / $namespace', async (place) => {
    const size = { columns, rows }
    const terminal = new FakeTerminal(size, ENV, { place })
    const own = firstFrame(terminal.store.get(), themeOf(ENV))
    // Where there is no room for a screen, it leaves it to Ink to say so.
    if (own === '') expect(columns < 17 || rows < 4).toBe(true)
    else expect(await cellsOf(`\x1b[H${own}`, size)).toEqual(await cellsOf(terminal.shown, size))
    await terminal.quit()
  })
})

describe.each([
  [80, 24],
  [200, 60],
  [40, 12],
])('what stood in the first frame, at %i × %i', (columns, rows) => {
  it('is gone when the pods are there before Ink is', async () => {
    const terminal = new FakeTerminal({ columns, rows }, ENV, {
      before: (store) => {
        const frame = `\x1b[?1049h\x1b[H${firstFrame(store.get(), themeOf(ENV))}\x1b[H`
        store.dispatch({ type: 'pods-listed', rows: [podRow(pod({ name: 'web' }))] })
        store.dispatch({ type: 'pods-feed', feed: { type: 'live' } })
        return frame
      },
    })
    const lines = await terminal.until('› web')
    expect(lines.join('\n')).not.toMatch(/Fetching|loading/)
    expect(lines.filter((line) => line !== '')).toHaveLength(rows >= 16 ? 6 : 4)
    if (rows >= 16) expect(lines[1]).toBe('─'.repeat(columns))
    // It was entered once: to enter it again would have erased it.
    expect(terminal.shown.split('\x1b[?1049h')).toHaveLength(2)
    await terminal.quit()
  })
})
