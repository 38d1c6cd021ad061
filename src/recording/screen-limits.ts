import type * as Headless from '@xterm/headless'

/** Work that a few bytes can ask for, in units of about 3 ns: clearing one cell. Measured on screens of 200 × 100. */
const WEIGHT = { clear: 1, shift: 2, insert: 3, alternate: 5, reset: 4, scroll: 6, repeat: 9 } as const
/** A byte brings about what showing a letter costs: whatever a recording asks for takes no longer than text would. */
const UNITS_PER_BYTE = 64
/** A tenth of a second. Clearing 200 × 100 takes 20,000. */
const MOST_UNITS = 32_000_000

/** What a recording may still ask for. Programs never come near its end; what asks beyond it is passed over. */
export class Budget {
  units = MOST_UNITS

  earn(bytes: number): void {
    this.units = Math.min(MOST_UNITS, this.units + bytes * UNITS_PER_BYTE)
  }

  spend(units: number): boolean {
    if (units > this.units) return false
    this.units -= units
    return true
  }
}

interface Parameters {
  readonly params: Int32Array
}

interface Sequence {
  readonly prefix?: string
  readonly intermediates?: string
  readonly final: string
}

/** The public door hands out copies of parameters; this one the parameters themselves. */
interface Core {
  registerCsiHandler(id: Sequence, handler: (parameters: Parameters) => boolean): void
}

/**
 * Makes counts no larger than what still makes a difference, and passes over what would cost more than there is, so that
 * time stays linear in the bytes of a recording.
 */
export function limitWork(terminal: Headless.Terminal, budget: Budget): void {
  limitRepeats(terminal, budget)
  limitClears(terminal, budget)
}

function limitRepeats(terminal: Headless.Terminal, budget: Budget): void {
  const { _core: core } = terminal as unknown as { readonly _core: Core }
  const limit = (finals: readonly string[], most: () => number, unitsOf: (count: number) => number): void => {
    for (const final of finals) {
      core.registerCsiHandler({ final }, ({ params }) => {
        params[0] = Math.min(params[0] ?? 0, most())
        return !budget.spend(unitsOf(Math.max(1, params[0])))
      })
    }
  }
  const rows = (): number => terminal.rows
  // The emulator repeats these by a loop, as often as a recording says: up to 2,147,483,647 times for ten bytes.
  limit(['L', 'M'], rows, (count) => count * terminal.cols * WEIGHT.insert)
  limit(['S', 'T'], rows, (count) => count * terminal.cols * WEIGHT.scroll)
  limit(
    ['I', 'Z'],
    () => terminal.cols,
    (count) => count * WEIGHT.clear,
  )
  limit(
    ['b'],
    () => terminal.rows * terminal.cols,
    (count) => count * WEIGHT.repeat,
  )
}

/** What gives a program the whole screen. To give it back costs nothing: it was taken first. */
const ALTERNATE_MODES = [47, 1047, 1049]
/** Insert and delete columns, scroll left and right (ECMA-48, xterm's ctlseqs). */
const SHIFTS: readonly Sequence[] = [
  { intermediates: "'", final: '}' },
  { intermediates: "'", final: '~' },
  { intermediates: ' ', final: '@' },
  { intermediates: ' ', final: 'A' },
]

function limitClears(terminal: Headless.Terminal, budget: Budget): void {
  const { parser } = terminal
  const passOver = (weight: number): boolean => !budget.spend(terminal.rows * terminal.cols * weight)
  parser.registerCsiHandler({ final: 'J' }, () => passOver(WEIGHT.clear))
  for (const shift of SHIFTS) parser.registerCsiHandler(shift, () => passOver(WEIGHT.shift))
  parser.registerCsiHandler({ prefix: '?', final: 'h' }, (modes) => {
    return isAlternating(modes) && passOver(WEIGHT.alternate)
  })
  parser.registerEscHandler({ intermediates: '#', final: '8' }, () => passOver(WEIGHT.clear))
  parser.registerEscHandler({ final: 'c' }, () => passOver(WEIGHT.reset))
}

export const isAlternating = (modes: readonly (number | number[])[]): boolean =>
  modes.some((mode) => ALTERNATE_MODES.includes(Number(mode)))

/** Marks that pile up on one character, as accents do. Beyond any language's need, and far below what costs memory. */
const MOST_MARKS = 16

/**
 * Widths that go by `provider`, but a character takes only so many marks; those beyond stand for themselves. Without it one
 * cell holds megabytes, and one sequence repeats them.
 */
export const withFewMarks = (provider: Headless.IUnicodeVersionProvider): Headless.IUnicodeVersionProvider => ({
  version: 'few-marks',
  wcwidth: (codepoint) => provider.wcwidth(codepoint),
  // Properties: bit 0 joins the character before, bits 1 and 2 are the width, and the rest is the provider's own to keep.
  charProperties(codepoint, preceding) {
    const properties = provider.charProperties(codepoint, preceding & 7) & 7
    if ((properties & 1) === 0) return properties
    const marks = (preceding >> 3) + 1
    return marks > MOST_MARKS ? 1 << 1 : properties | (marks << 3)
  },
})
