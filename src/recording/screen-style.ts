import type * as Headless from '@xterm/headless'

/** A number of the palette (0–255), or `#rrggbb`. */
export type Color = number | `#${string}`

/** What is absent is off, and a colour that is absent the terminal's own. */
export interface Style {
  readonly foreground?: Color
  readonly background?: Color
  readonly bold?: true
  readonly dim?: true
  readonly italic?: true
  readonly underline?: true
  readonly blink?: true
  readonly inverse?: true
  readonly invisible?: true
  readonly strikethrough?: true
  readonly overline?: true
}

export interface StyledRun {
  /** Where it begins, and how many columns it takes: wide characters take two. */
  readonly column: number
  readonly width: number
  readonly text: string
  readonly style: Style
}

export function runsOf(line: Headless.IBufferLine, cell: Headless.IBufferCell): StyledRun[] {
  const runs: { column: number; width: number; text: string; style: Style; key: string }[] = []
  for (let column = 0; column < line.length; column += 1) {
    if (line.getCell(column, cell) === undefined) break
    const width = cell.getWidth()
    if (width === 0) continue
    const text = cell.getChars() || ' '
    const key = styleKey(cell)
    const last = runs.at(-1)
    if (last?.key === key) {
      last.text += text
      last.width += width
    } else runs.push({ column, width, text, style: styleOf(cell), key })
  }
  return withoutBlankEnd(runs.map(({ key: _, ...run }) => run))
}

function withoutBlankEnd(runs: StyledRun[]): StyledRun[] {
  const last = runs.at(-1)
  if (last === undefined || Object.keys(last.style).length > 0) return runs
  const text = last.text.trimEnd()
  const width = last.width - (last.text.length - text.length)
  return text === '' ? runs.slice(0, -1) : [...runs.slice(0, -1), { ...last, text, width }]
}

const styleKey = (cell: Headless.IBufferCell): string =>
  cell.isAttributeDefault() ? '' : JSON.stringify(styleOf(cell))

function styleOf(cell: Headless.IBufferCell): Style {
  const foreground = colorOf(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor())
  const background = colorOf(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor())
  return {
    ...(foreground === undefined ? {} : { foreground }),
    ...(background === undefined ? {} : { background }),
    ...(cell.isBold() ? { bold: true } : {}),
    ...(cell.isDim() ? { dim: true } : {}),
    ...(cell.isItalic() ? { italic: true } : {}),
    ...(cell.isUnderline() ? { underline: true } : {}),
    ...(cell.isBlink() ? { blink: true } : {}),
    ...(cell.isInverse() ? { inverse: true } : {}),
    ...(cell.isInvisible() ? { invisible: true } : {}),
    ...(cell.isStrikethrough() ? { strikethrough: true } : {}),
    ...(cell.isOverline() ? { overline: true } : {}),
  }
}

function colorOf(isDefault: boolean, isRgb: boolean, value: number): Color | undefined {
  if (isDefault) return undefined
  return isRgb ? `#${value.toString(16).padStart(6, '0')}` : value
}
