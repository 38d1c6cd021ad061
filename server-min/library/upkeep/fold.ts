/**
 * One folding for what is indexed and for what is asked for, so that a line contains a text, letters of either case, exactly
 * where the folded line contains the folded text. Folding of its own is left off in SQLite.
 */

// SQLite's tokenizer stops at a NUL: a line must not hide what follows one. A sigma's lower case depends on its place.
export const fold = (text: string): string =>
  text.toWellFormed().toLowerCase().replaceAll('\u03c2', '\u03c3').replaceAll('\0', '\u0001')

const TRIGRAM = 3
/** More of them would narrow nothing down. */
const MOST_TRIGRAMS = 24

/**
 * The FTS5 expression for rows that can contain all of these folded texts; undefined where no text is long enough for the
 * index to tell. Each trigram is a quoted string of FTS5: nothing in a text is taken for syntax.
 */
export function matchExpression(texts: readonly string[]): string | undefined {
  const trigrams = new Set<string>()
  for (const text of texts) {
    const characters = Array.from(text)
    for (let at = 0; at + TRIGRAM <= characters.length && trigrams.size < MOST_TRIGRAMS; at += 1)
      trigrams.add(characters.slice(at, at + TRIGRAM).join(''))
  }
  if (trigrams.size === 0) return undefined
  return Array.from(trigrams, (trigram) => `"${trigram.replaceAll('"', '""')}"`).join(' AND ')
}
