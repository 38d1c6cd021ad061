/** The look of a cell as our own SGR parameters (ECMA-48 8.3.117): nothing recorded is passed on. */
import type * as Headless from '@xterm/headless'

/** How many colours the viewer's terminal has. */
export type Colors = 'none' | '16' | '256' | 'all'

/** https://no-color.org: present and not empty, whatever it says. */
export function colorsOf(env: NodeJS.ProcessEnv): Colors {
  const { NO_COLOR: no = '', COLORTERM: color = '', TERM: term = '' } = env
  if (no !== '' || term === 'dumb') return 'none'
  if (/^(truecolor|24bit)$/i.test(color) || term.endsWith('-direct')) return 'all'
  return term.includes('256') ? '256' : '16'
}

/** SGR parameters of a cell; '' is the plain look. An invisible cell is painted as blanks, and blinking is left out. */
export function sgrOf(cell: Headless.IBufferCell, colors: Colors): string {
  const parts: string[] = []
  if (cell.isBold()) parts.push('1')
  if (cell.isDim()) parts.push('2')
  if (cell.isItalic()) parts.push('3')
  if (cell.isUnderline()) parts.push('4')
  if (cell.isInverse()) parts.push('7')
  if (cell.isStrikethrough()) parts.push('9')
  if (cell.isOverline()) parts.push('53')
  if (colors !== 'none') {
    if (!cell.isFgDefault()) parts.push(colorSgr(cell.getFgColor(), cell.isFgRGB(), { layer: 30, colors }))
    if (!cell.isBgDefault()) parts.push(colorSgr(cell.getBgColor(), cell.isBgRGB(), { layer: 40, colors }))
  }
  return parts.join(';')
}

interface Target {
  /** 30: what is written; 40: behind it. */
  readonly layer: 30 | 40
  readonly colors: Colors
}

function colorSgr(value: number, isRgb: boolean, { layer, colors }: Target): string {
  if (!isRgb && value < 16) return basicSgr(value, layer)
  if (isRgb && colors === 'all') return `${layer + 8};2;${channels(value).join(';')}`
  const index = isRgb ? nearestOf256(channels(value)) : value
  if (colors !== '16') return `${layer + 8};5;${index}`
  return basicSgr(nearestOf16(isRgb ? channels(value) : rgbOf256(index)), layer)
}

const basicSgr = (index: number, layer: number): string => String(index < 8 ? layer + index : layer + 52 + index)

type Channels = readonly [number, number, number]

const channels = (rgb: number): Channels => [(rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255]

const LEVELS = [0, 95, 135, 175, 215, 255]

const levelOf = (channel: number): number => (channel < 48 ? 0 : channel < 115 ? 1 : Math.floor((channel - 35) / 40))

/** xterm's palette: a cube of six levels from 16 on, then 24 greys. */
function nearestOf256([red, green, blue]: Channels): number {
  if (red === green && green === blue && red > 8 && red < 238) return 232 + Math.round((red - 8) / 10)
  return 16 + 36 * levelOf(red) + 6 * levelOf(green) + levelOf(blue)
}

function rgbOf256(index: number): Channels {
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10
    return [grey, grey, grey]
  }
  const cube = index - 16
  return [LEVELS[Math.floor(cube / 36)] ?? 0, LEVELS[Math.floor(cube / 6) % 6] ?? 0, LEVELS[cube % 6] ?? 0]
}

function nearestOf16([red, green, blue]: Channels): number {
  const brightest = Math.max(red, green, blue)
  if (brightest < 48) return 0
  const bits = [red, green, blue].map((channel) => (channel > brightest / 2 ? 1 : 0))
  const index = (bits[0] ?? 0) + 2 * (bits[1] ?? 0) + 4 * (bits[2] ?? 0)
  return brightest > 192 ? index + 8 : index
}
