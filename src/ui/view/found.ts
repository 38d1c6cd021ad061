/** Where in a line what was looked for stands. Pure; it asks no regular expression, which may take for ever on a recorded line. */
import { clipped, widthOf } from '../text.ts'
import type { Piece } from './piece.ts'

interface Shown {
  readonly text: string
  readonly width: number
  readonly ellipsis: string
  readonly color: string | undefined
}

/** A line in so much room, with what was found in sight, bold and underlined: neither needs a colour. */
export function foundPieces(line: string, { text, width, ellipsis, color }: Shown): readonly Piece[] {
  const at = placeOf(line, text)
  if (at === undefined) return [{ text: clipped(line, width, ellipsis) }]
  const end = at + text.trim().length
  const from = widthOf(line.slice(0, end)) <= width - widthOf(ellipsis) ? 0 : beginFor(line, { at, end, width })
  const whole = (from > 0 ? ellipsis : '') + line.slice(from)
  const shown = clipped(whole, width, ellipsis)
  const shift = from > 0 ? ellipsis.length - from : 0
  const last = shown === whole ? shown.length : Math.max(0, shown.length - ellipsis.length)
  const [start, stop] = [Math.min(at + shift, last), Math.min(end + shift, last)]
  return [
    { text: shown.slice(0, start) },
    { text: shown.slice(start, stop), bold: true, underline: true, color },
    { text: shown.slice(stop) },
  ]
}

/** A third of the room before it, so that one sees what it is part of. */
function beginFor(
  line: string,
  { at, end, width }: { readonly at: number; readonly end: number; readonly width: number },
): number {
  const before = Math.max(0, Math.min(Math.floor(width / 3), width - widthOf(line.slice(at, end)) - 4))
  let from = at
  while (from > 0 && widthOf(line.slice(from, at)) < before) from -= beginsPair(line, from - 1) ? 2 : 1
  return from
}

const beginsPair = (line: string, index: number): boolean => index > 0 && /[\udc00-\udfff]/.test(line.charAt(index))

function placeOf(line: string, text: string): number | undefined {
  const wanted = text.trim().toLowerCase()
  const folded = line.toLowerCase()
  // Letters that change their length with their case would shift every place after them.
  if (wanted === '' || isRegex(wanted) || folded.length !== line.length) return undefined
  const at = folded.indexOf(wanted)
  return at < 0 ? undefined : at
}

const isRegex = (text: string): boolean => /^\/.+\/$/.test(text)
