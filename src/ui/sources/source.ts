/** The seam between the screen and everything that it shows. */
import type { Event } from '../state/event.ts'
import type { Slot, Wanted } from '../state/wanted.ts'

export interface Reporting {
  /** Ignored once `signal` is aborted. */
  readonly emit: (event: Event) => void
  readonly signal: AbortSignal
}

/**
 * Fetches what is wanted and goes on while it changes. Failures are events: it rejects for bugs alone. It ends soon after its
 * signal is aborted.
 */
export type Source<Want> = (want: Want, reporting: Reporting) => Promise<void>

export type Sources = { readonly [S in Slot]: Source<NonNullable<Wanted[S]>> }
