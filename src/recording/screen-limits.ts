import type * as Headless from '@xterm/headless'

/** The emulator repeats these by a loop, as often as a recording says: up to 2,147,483,647 times for ten bytes. */
const BY_ROWS = ['L', 'M', 'S', 'T']
const BY_COLUMNS = ['I', 'Z']
const BY_CELLS = ['b']

interface Parameters {
  readonly params: Int32Array
}

/** The public door hands out copies of parameters; this one the parameters themselves. */
interface Core {
  registerCsiHandler(id: { final: string }, handler: (parameters: Parameters) => boolean): void
}

/** Makes counts no larger than what still makes a difference, so that time stays linear in the bytes of a recording. */
export function limitCounts(terminal: Headless.Terminal): void {
  const { _core: core } = terminal as unknown as { readonly _core: Core }
  const limit = (finals: readonly string[], most: () => number): void => {
    for (const final of finals) {
      core.registerCsiHandler({ final }, ({ params }) => {
        params[0] = Math.min(params[0] ?? 0, most())
        return false
      })
    }
  }
  limit(BY_ROWS, () => terminal.rows)
  limit(BY_COLUMNS, () => terminal.cols)
  limit(BY_CELLS, () => terminal.rows * terminal.cols)
}

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
