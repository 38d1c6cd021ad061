/** What somebody types who has no screen. Pure. */

export type Answer =
  | { readonly do: 'choose'; readonly number: number }
  /** A key of the screen, by its letter. */
  | { readonly do: 'key'; readonly key: string }
  | { readonly do: 'filter'; readonly text: string }
  | { readonly do: 'search'; readonly text: string; readonly output: boolean }
  | { readonly do: 'again' }
  | { readonly do: 'more' }
  | { readonly do: 'back' }
  | { readonly do: 'help' }
  | { readonly do: 'quit' }
  | { readonly do: 'unknown' }

const WORDS: Readonly<Record<string, Answer>> = {
  '': { do: 'again' },
  l: { do: 'again' },
  m: { do: 'more' },
  b: { do: 'back' },
  '?': { do: 'help' },
  help: { do: 'help' },
  q: { do: 'quit' },
  quit: { do: 'quit' },
  exit: { do: 'quit' },
  f: { do: 'filter', text: '' },
}

const KEYS = new Set(['c', 'n', '0', 'p', 'r', 'w'])

export function parseAnswer(line: string): Answer {
  const text = line.trim()
  const known = Object.hasOwn(WORDS, text) ? WORDS[text] : undefined
  if (known !== undefined) return known
  if (KEYS.has(text)) return { do: 'key', key: text }
  if (/^\d{1,6}$/.test(text)) return { do: 'choose', number: Number(text) }
  if (text.startsWith('/')) return { do: 'search', text: text.slice(1), output: false }
  const output = /^o\s+(.+)$/.exec(text)
  if (output?.[1] !== undefined) return { do: 'search', text: output[1], output: true }
  const filter = /^f\s+(.+)$/.exec(text)
  return filter?.[1] === undefined ? { do: 'unknown' } : { do: 'filter', text: filter[1] }
}

export const HELP: readonly string[] = [
  'A number opens what stands behind it: a shell, a replay, or a session that runs.',
  'f TEXT  only what has this text in it; f alone shows everything again',
  'c       another context',
  'n       another namespace',
  '0       all namespaces',
  'p       pods',
  'r       recent sessions',
  'w       sessions that run now',
  '/TEXT   search the commands of sessions',
  'o TEXT  search their output as well',
  'm       more of a long list',
  'Enter   the list again, as it is now',
  'b       back',
  'q       quit',
]
