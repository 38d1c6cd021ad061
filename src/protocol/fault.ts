/**
 * An expected failure with a stable code. Everything that can go wrong for a reason a person can act on is a `Fault`;
 * any other exception is a bug of ours.
 *
 * A code is never reused for another meaning. Callers identify a fault by its code, never by its text.
 */
export interface FaultDefinition {
  /** The exit status of the command line, as kubectl would give it: 1 unless there is a reason. */
  readonly exit: number
  /** The HTTP status when a server answers with it. */
  readonly http?: number
  /** What went wrong, as a sentence without its details. `docs/errors.md` carries it word for word. */
  readonly summary: string
  /** What to do next. */
  readonly next: string
}

export interface FaultDetails {
  /** What was expected and what was received, in plain words; never session content, never a secret. */
  readonly detail?: string
  /** Replaces the definition's next step where more is known. */
  readonly next?: string
  readonly exit?: number
  readonly cause?: unknown
}

export class Fault<Code extends string = string> extends Error {
  override readonly name = 'Fault'
  readonly code: Code
  readonly exit: number
  readonly http: number
  readonly detail: string | undefined
  readonly next: string

  constructor(code: Code, definition: FaultDefinition, details: FaultDetails = {}) {
    const { detail } = details
    super(detail === undefined ? definition.summary : `${definition.summary}: ${detail}`, { cause: details.cause })
    this.code = code
    this.exit = details.exit ?? definition.exit
    this.http = definition.http ?? 500
    this.detail = detail
    this.next = details.next ?? definition.next
  }
}

/** Makes the constructor of a room's faults from its catalogue: `const fault = faultsOf(KUBE_FAULTS)`. */
export function faultsOf<const Catalogue extends Record<`KAE_${string}`, FaultDefinition>>(catalogue: Catalogue) {
  return (code: keyof Catalogue & `KAE_${string}`, details?: FaultDetails): Fault<typeof code> =>
    new Fault(code, catalogue[code] as FaultDefinition, details)
}

export const isFault = (error: unknown): error is Fault => error instanceof Fault

/** Of what somebody else wrote: together they are less than `printable` leaves. */
const MOST_SAID = 3000
const MOST_ADVICE = 800
const cut = (words: string, most: number): string => (words.length > most ? `${words.slice(0, most)}…` : words)

/** The lines that a person reads on stderr: what happened with its code, then what to do; however long the words are. */
export const describeFault = ({ message, code, next }: Fault): string =>
  `error: ${cut(message, MOST_SAID)} (${code})\n  next: ${cut(next, MOST_ADVICE)}`
