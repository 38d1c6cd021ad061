/** Where words begin and end: `blank` by spaces alone (Ctrl-W in readline), else by letters, digits and what a shell adds. */
export type WordKind = 'blank' | 'readline' | 'zsh'

const IN_WORD: Readonly<Record<WordKind, RegExp>> = {
  blank: /[^\s]/u,
  readline: /[\p{L}\p{N}]/u,
  // Its WORDCHARS.
  zsh: /[\p{L}\p{N}*?_\-.[\]~=/&;!#$%^(){}<>]/u,
}

/** What the expressions say of ASCII: they are asked for it hundreds of times a key. */
const ASCII: Readonly<Record<WordKind, readonly boolean[]>> = {
  blank: asciiIn('blank'),
  readline: asciiIn('readline'),
  zsh: asciiIn('zsh'),
}

function asciiIn(kind: WordKind): boolean[] {
  return Array.from({ length: 128 }, (_, code) => IN_WORD[kind].test(String.fromCharCode(code)))
}

const isOfWord = (character: string | undefined, kind: WordKind): boolean =>
  character !== undefined && (ASCII[kind][character.charCodeAt(0)] ?? IN_WORD[kind].test(character))

/** Longer words are cut: a key must not cost more than a few hundred looks. */
const LONGEST_WORD = 256

/** The index at which the word before `at` begins. */
export function wordStart(characters: readonly string[], at: number, kind: WordKind): number {
  const isInWord = (index: number): boolean => isOfWord(characters[index], kind)
  const least = Math.max(at - LONGEST_WORD, 0)
  let start = at
  while (start > least && !isInWord(start - 1)) start -= 1
  while (start > least && isInWord(start - 1)) start -= 1
  return start
}

/** The index after the word at or behind `at`. */
export function wordEnd(characters: readonly string[], at: number, kind: WordKind): number {
  const isInWord = (index: number): boolean => isOfWord(characters[index], kind)
  const most = Math.min(at + LONGEST_WORD, characters.length)
  let end = at
  while (end < most && !isInWord(end)) end += 1
  while (end < most && isInWord(end)) end += 1
  return end
}
