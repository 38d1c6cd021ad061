import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { KEY_HELP } from '../../src/player/actions.ts'

// At 80 columns the box has 52, of which 15 are the keys' and one is its edge.
it.each(KEY_HELP)('the player says what %s does in all its words', (_, words) => {
  expect(words.length).toBeLessThanOrEqual(36)
})

it('docs/replay.md has every key that stands alone', () => {
  const page = readFileSync('docs/replay.md', 'utf8')
  for (const [keys] of KEY_HELP.filter(([each]) => each.length === 1)) expect(page).toContain(`\`${keys}\``)
})
