import { expect, it } from 'vitest'
import { themeOf } from '../../src/ui/view/theme.ts'

it.each([
  { TERM: 'xterm-256color' },
  { TERM: 'screen-256color' },
  { TERM: 'tmux-256color' },
  { TERM: 'xterm-kitty' },
  { TERM: 'xterm', COLORTERM: 'truecolor' },
])('has colours where there are 256 of them: %o', (env) => expect(themeOf(env).accent).toBe('ansi256(31)'))

it.each([
  { TERM: 'linux' },
  { TERM: 'screen' },
  { TERM: 'xterm' },
  { TERM: 'vt100' },
  { TERM: 'dumb', COLORTERM: 'truecolor' },
  { TERM: 'xterm-256color', NO_COLOR: '1' },
  { TERM: 'xterm-256color', FORCE_COLOR: '1' },
  {},
])('has none where what we want would come out as another, black on black: %o', (env) => {
  const { accent, good, pending, bad, faint } = themeOf(env)
  expect([accent, good, pending, bad, faint]).toEqual(Array(5).fill(undefined))
})

it.each([
  [{ LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, '>'],
  [{ LANG: 'de_DE.UTF-8' }, '›'],
  [{}, '›'],
])('its marks are those that the locale %o has', (env, mark) => expect(themeOf(env).glyphs.mark).toBe(mark))
