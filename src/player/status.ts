/** The line below the picture. Pure: what is known goes in, a row comes out. */
import { clockText } from './clock.ts'
import { blankRow, glyphsOf, type Row, write } from './frame.ts'

export type Mode =
  | { readonly type: 'playing' }
  | { readonly type: 'paused' }
  | { readonly type: 'ended'; readonly how: string }
  | { readonly type: 'loading'; readonly words: string }
  | { readonly type: 'live'; readonly behindMs: number }
  /** Out of reach: what shows is what was there then. */
  | { readonly type: 'lost'; readonly forMs: number }

export interface Status {
  readonly mode: Mode
  /** µs since the session was opened. */
  readonly time: number
  /** Undefined: it runs. */
  readonly total: number | undefined
  readonly speed: number
  /** The picture is made of the last output alone. */
  readonly isRough: boolean
  readonly who: string
  readonly where: string
  readonly command: string | undefined
  readonly marks: readonly number[]
  /** Something to say in place of the command: a search, a fault, a note. */
  readonly message: string | undefined
  /** Of the list of keys there is another page. */
  readonly hasMoreKeys?: boolean
  /** What is being typed into the player. */
  readonly prompt: string | undefined
}

const BAR_LOOK = '7'

export function modeWords({ mode, speed }: Pick<Status, 'mode' | 'speed'>): string {
  switch (mode.type) {
    case 'playing':
      return speed === 1 ? '▶' : `▶ ${speed}×`
    case 'paused':
      return speed === 1 ? '‖ paused' : `‖ paused ${speed}×`
    case 'ended':
      return `■ ${mode.how}`
    case 'loading':
      return `… ${mode.words}`
    case 'lost':
      return `○ no connection for ${Math.floor(mode.forMs / 1000)} s, trying again`
    case 'live':
      return `● LIVE${mode.behindMs < 1000 ? '' : `, ${(mode.behindMs / 1000).toFixed(1)} s behind`}`
  }
}

/** Everything in one row, with a bar where there is room. */
export function statusRow(status: Status, columns: number): Row {
  const row = blankRow(columns, BAR_LOOK)
  if (status.prompt !== undefined) {
    write(row, 0, { text: ` ${status.prompt}▏`, look: BAR_LOOK })
    return row
  }
  const { time, total } = status
  const times = `${clockText(time)}${total === undefined ? '' : `/${clockText(total)}`}`
  const left = beginningOf(` ${modeWords(status)}  ${times}${status.isRough ? ' ≈' : ''} `, columns)
  const right = status.hasMoreKeys === true ? ' ?: more ' : columns >= 60 ? ' ?: keys ' : ' ? '
  const room = columns - widthOf(left) - widthOf(right)
  const parts = [status.who, status.where, status.command ?? ''].filter((part) => part !== '')
  const said = beginningOf(status.message ?? parts.map((part) => beginningOf(part, columns)).join('  '), columns)
  const barWidth =
    total === undefined || room < 24 ? 0 : Math.max(8, Math.min(Math.floor(room / 3), room - widthOf(said) - 3))
  let at = write(row, 0, { text: left, look: BAR_LOOK })
  if (barWidth > 0) at = write(row, at, { text: ` ${barOf(status, barWidth)} `, look: BAR_LOOK })
  write(row, at, { text: ` ${fitted(said, columns - at - widthOf(right) - 1)}`, look: BAR_LOOK })
  write(row, columns - widthOf(right), { text: right, look: BAR_LOOK })
  return row
}

/** UTF-16 units a cell: a letter with its marks has fewer. */
const MOST_UNITS = 16

/** Names and commands are somebody else's: megabytes of them are not measured for each frame, to be cut off then. */
const beginningOf = (text: string, columns: number): string => text.slice(0, columns * MOST_UNITS)

const widthOf = (text: string): number => glyphsOf(text).length

function fitted(text: string, columns: number): string {
  const glyphs = glyphsOf(text)
  if (glyphs.length <= columns) return text
  return columns < 1 ? '' : `${glyphs.slice(0, columns - 1).join('')}…`
}

/** `━━━┃━━●──┃───`: commands as marks, where they are few enough to tell apart; the place as a knob. */
export function barOf({ time, total = 0, marks }: Pick<Status, 'time' | 'total' | 'marks'>, width: number): string {
  const placeOf = (elapsed: number): number =>
    total <= 0 ? 0 : Math.min(width - 1, Math.max(0, Math.floor((elapsed / total) * width)))
  const knob = placeOf(time)
  const cells: string[] = Array.from({ length: width }, (_, index) => (index < knob ? '━' : '─'))
  const places = new Set(marks.map(placeOf))
  // More marks than gaps say nothing, and hide how far it is.
  if (places.size * 2 <= width) for (const place of places) cells[place] = '┃'
  cells[knob] = '●'
  return cells.join('')
}
