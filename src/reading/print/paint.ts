const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const

export type Style = keyof typeof STYLES

/** Puts colours around text that is safe already. */
export type Paint = (style: Style | undefined, text: string) => string

export const plainPaint: Paint = (_style, text) => text

/** Only the sixteen colours that every theme, dark or light, defines for itself. */
export const painter = (colours: boolean): Paint =>
  colours
    ? (style, text) => {
        if (style === undefined || text === '') return text
        const [on, off] = STYLES[style]
        return `\x1b[${on}m${text}\x1b[${off}m`
      }
    : plainPaint
