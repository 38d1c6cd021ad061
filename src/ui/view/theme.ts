/**
 * Colours that are legible on black and on white: a terminal does not say which it is without being asked, and its answer would
 * be one more thing to wait for. Each has a contrast of at least 3.8:1 on both. Words always say what a colour does.
 */
export interface Theme {
  readonly accent: string | undefined
  readonly good: string | undefined
  readonly pending: string | undefined
  readonly bad: string | undefined
  readonly faint: string | undefined
  readonly glyphs: Glyphs
}

export interface Glyphs {
  readonly rule: string
  readonly mark: string
  readonly full: string
  readonly open: string
  readonly ellipsis: string
  readonly separator: string
  readonly cursor: string
  readonly border: 'round' | 'classic'
}

const UNICODE: Glyphs = {
  rule: '─',
  mark: '›',
  full: '●',
  open: '○',
  ellipsis: '…',
  separator: '·',
  cursor: '▏',
  border: 'round',
}

const ASCII: Glyphs = {
  rule: '-',
  mark: '>',
  full: '*',
  open: 'o',
  ellipsis: '~',
  separator: '-',
  cursor: '_',
  border: 'classic',
}

/** xterm's palette: 31 #0087af, 28 #008700, 130 #af5f00, 196 #ff0000, 243 #767676. */
export const COLOURS = { accent: 31, good: 28, pending: 130, bad: 196, faint: 243 } as const

export function themeOf(env: NodeJS.ProcessEnv): Theme {
  // https://no-color.org: present and not empty.
  const coloured = !env.NO_COLOR && has256Colours(env)
  const colour = (name: keyof typeof COLOURS) => (coloured ? `ansi256(${COLOURS[name]})` : undefined)
  return {
    accent: colour('accent'),
    good: colour('good'),
    pending: colour('pending'),
    bad: colour('bad'),
    faint: colour('faint'),
    glyphs: speaksUnicode(env) ? UNICODE : ASCII,
  }
}

/**
 * Where there are 16 colours, nobody knows what they look like: chalk would turn our grey and our green into black. There are
 * none at all then. It must not say yes where chalk (vendor/supports-color) knows of fewer.
 */
function has256Colours({ FORCE_COLOR, TERM = '', COLORTERM, TERM_PROGRAM = '', OS }: NodeJS.ProcessEnv): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR === '2' || FORCE_COLOR === '3'
  if (TERM === 'dumb') return false
  if (OS === 'Windows_NT' || COLORTERM === 'truecolor' || /^(iTerm\.app|Apple_Terminal)$/.test(TERM_PROGRAM))
    return true
  return /^(xterm-kitty|xterm-ghostty|wezterm)$|-256(color)?$/i.test(TERM)
}

/** The first of them that is set counts (POSIX); where none is, terminals of today are UTF-8. */
function speaksUnicode({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG
  return !locale || /utf-?8/i.test(locale)
}
