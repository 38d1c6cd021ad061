/** Shows on the picture what a search found, as less does it. */
import type { Row } from './frame.ts'

/** In reverse; where it is in reverse already, bold and underlined. */
const marked = (look: string): string => {
  const parts = look === '' ? [] : look.split(';')
  return (parts.includes('7') ? [...parts, '1', '4'] : [...parts, '7']).join(';')
}

/** Letters of either case, unless the text has a capital itself: as the search (search.ts) takes it. */
export function markFound({ glyphs, looks }: Row, text: string): void {
  const exact = text !== text.toLowerCase()
  const wanted = exact ? text : text.toLowerCase()
  /** The column of each character of the line: a cell may hold none or several. */
  const columns: number[] = []
  let line = ''
  for (const [column, glyph] of glyphs.entries()) {
    const shown = exact ? glyph : glyph.toLowerCase()
    for (let index = 0; index < shown.length; index += 1) columns.push(column)
    line += shown
  }
  for (let at = line.indexOf(wanted); at >= 0; at = line.indexOf(wanted, at + wanted.length)) {
    const [from = 0, last = 0] = [columns[at], columns[at + wanted.length - 1]]
    for (let column = from; column <= last; column += 1) looks[column] = marked(looks[column] ?? '')
    // The right half of a wide character goes with it.
    if (glyphs[last + 1] === '') looks[last + 1] = looks[last] ?? ''
  }
}
