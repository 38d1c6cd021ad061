/** How many columns text takes on a terminal. For text that was escaped: without controls. */

/** East Asian Wide and Fullwidth (Unicode TR 11), in blocks. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u
const ZERO = /\p{M}/u
const ASCII = /^[ -~]*$/

const characterWidth = (character: string): number => (ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1)

export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

/** The text in at most `width` columns; where it is longer its end is an ellipsis. */
export function cutToWidth(text: string, width: number): string {
  // A character takes several code units at most where marks are stacked on it: what is far too long is cut first.
  if (textWidth(text.slice(0, width + 1)) <= width && text.length <= width) return text
  let kept = ''
  let used = 0
  let fits = ''
  for (const character of text) {
    used += characterWidth(character)
    if (used > width) return `${fits}…`
    kept += character
    if (used <= width - 1) fits = kept
    if (kept.length > width * 8) return `${fits}…`
  }
  return kept
}

/** Lines of at most so many columns, broken at spaces; a longer word stands on a line of its own, whole. */
export function wrapWords(text: string, width: number): string[] {
  if (textWidth(text) <= width) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
