/** Words in columns. Pure; widths are terminal cells. */
import { textWidth } from '../reading/print/text-width.ts'

export const widthOf = textWidth

const PLAIN = /^[ -~]*$/

/** The beginning of a text that is at most so wide. */
function beginningOf(text: string, width: number): string {
  let [cells, end] = [0, 0]
  for (const character of text) {
    cells += widthOf(character)
    if (cells > width) break
    end += character.length
  }
  return text.slice(0, end)
}

export function clipped(text: string, width: number, ellipsis: string): string {
  if (text.length <= width && PLAIN.test(text)) return text
  if (widthOf(text) <= width) return text
  return width <= widthOf(ellipsis) ? beginningOf(text, width) : beginningOf(text, width - widthOf(ellipsis)) + ellipsis
}

/** Keeps the end as well: names of pods of one owner differ there. */
export function clippedInside(text: string, width: number, ellipsis: string): string {
  if (widthOf(text) <= width) return text
  const tail = Math.floor((width - 1) / 3)
  if (tail < 2 || !PLAIN.test(text)) return clipped(text, width, ellipsis)
  return beginningOf(text, width - tail - 1) + ellipsis + text.slice(-tail)
}

export const padded = (text: string, width: number, align: 'left' | 'right' = 'left'): string => {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'left' ? text + space : space + text
}

/** Lines of whole words that are at most so wide; a word that is wider is cut. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) <= width) line += ` ${word}`
    else {
      if (line !== '') lines.push(line)
      line = word
    }
    while (widthOf(line) > width && width > 1) {
      const beginning = beginningOf(line, width)
      lines.push(beginning)
      line = line.slice(beginning.length)
    }
  }
  return [...lines, line]
}

/** As kubectl says ages (apimachinery duration.HumanDuration), in one or two units. */
export function ageOf(millis: number): string {
  if (Number.isNaN(millis)) return '?'
  const seconds = Math.max(0, Math.floor(millis / 1000))
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return units(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return units(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (days < 8) return units(days, 'd', hours % 24, 'h')
  if (days < 365 * 2) return `${days}d`
  const years = Math.floor(days / 365)
  return years < 8 ? units(years, 'y', days % 365, 'd') : `${years}y`
}

function units(...[large, largeUnit, small, smallUnit]: [number, string, number, string]): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`
}

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
