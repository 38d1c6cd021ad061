import { expect, it } from 'vitest'
import { KEYS } from '../../../src/ui/state/keys.ts'
import { FakeTerminal } from '../rig/terminal.ts'

const letters = (text: string): string => text.replace(/\s/g, '')

it.each([
  { columns: 200, rows: 60 },
  { columns: 80, rows: 24 },
  { columns: 60, rows: 15 },
  { columns: 40, rows: 10 },
  { columns: 24, rows: 6 },
])('every key is explained in all its words at $columns × $rows', async (size) => {
  const terminal = new FakeTerminal(size)
  await terminal.until('Fetching')
  terminal.type('?')
  await terminal.until(/open a/)
  const seen: string[] = []
  for (;;) {
    const lines = terminal.lines()
    seen.push(...lines.slice(1, -1))
    if (!lines.at(-1)?.includes('more')) break
    terminal.type(' ')
    await expect.poll(() => terminal.lines()[1]).not.toBe(lines[1])
  }
  for (const [keys, meaning] of KEYS) expect(letters(seen.join(''))).toContain(letters(keys + meaning))
  terminal.type('x')
  await terminal.until('Fetching')
  await terminal.quit()
})
