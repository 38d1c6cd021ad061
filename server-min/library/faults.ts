import { Fault, type FaultDefinition, faultsOf } from '../../src/protocol/fault.ts'
import { SESSION_NOT_FOUND } from '../../src/protocol/session-not-found.ts'

export const LIBRARY_FAULTS = {
  KAE_PAGE_EXPIRED: {
    exit: 1,
    http: 410,
    summary: 'The list cannot go on from there',
    next: 'List again from the start.',
  },
  KAE_WATCH_EXPIRED: {
    exit: 1,
    http: 410,
    summary: 'Changes since then are not known any more',
    next: 'List again, and watch from the resource version that the list gives.',
  },
  KAE_SEARCH_INVALID: {
    exit: 1,
    http: 400,
    summary: 'This cannot be searched for',
    next: 'Search for a text that is not empty, or for a regular expression as JavaScript has them.',
  },
  KAE_SEARCH_TOO_SLOW: {
    exit: 1,
    http: 400,
    summary: 'The regular expression takes too long on a line',
    next: 'Avoid repetitions within repetitions, such as (a+)+, or search for a plain text.',
  },
  KAE_INDEX_BEHIND: {
    exit: 1,
    http: 503,
    summary: 'The index of the logs is just being made, and does not have this session yet',
    next: 'Try again in a minute; the warnings of a list say how far it is.',
  },
  KAE_LIBRARY_RESTARTING: {
    exit: 1,
    http: 503,
    summary: 'Reading stopped by an error and starts again; recording goes on',
    next: 'Try again in a few seconds. If it happens again, look at the log of the server.',
  },
  KAE_LIBRARY_HUNG: {
    exit: 1,
    http: 503,
    summary: 'Reading hung, was given up and starts again; recording goes on',
    next: 'Try again in a few seconds. If it happens again, look at the log of the server, and at the disk that it reads from.',
  },
  KAE_LIBRARY_OVERDUE: {
    exit: 1,
    http: 504,
    summary: 'Reading took too long, so this was given up; recording goes on',
    next: 'Try again. If it happens again, look at the disk that the server reads from.',
  },
} as const satisfies Record<`KAE_${string}`, FaultDefinition>

export const fault = faultsOf(LIBRARY_FAULTS)

/** The code is the reading room's (src/reading/faults.ts). */
export const notFound = (detail: string): Fault => new Fault('KAE_SESSION_NOT_FOUND', SESSION_NOT_FOUND, { detail })
