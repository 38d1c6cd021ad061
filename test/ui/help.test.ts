import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { KEYS } from '../../src/ui/state/keys.ts'

const page = readFileSync('docs/tui.md', 'utf8')

it.each(KEYS)('docs/tui.md has the key %s as the screen explains it', (keys, meaning) => {
  expect(page).toContain(meaning)
  expect(page).toContain(` ${keys} `)
})
