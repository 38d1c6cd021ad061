import { type FaultDefinition, faultsOf } from '../../src/protocol/fault.ts'

/** What the aggregated API refuses to those who read and end sessions. */
export const READ_API_FAULTS = {
  KAE_READ_QUERY_INVALID: {
    exit: 1,
    http: 400,
    summary: 'The request cannot be understood',
    next: 'Look its parameters up in docs/api.md.',
  },
  KAE_READ_UNSUPPORTED: {
    exit: 1,
    // Clients of Kubernetes then fall back to a list and a watch after it.
    http: 422,
    summary: 'This server does not do that',
    next: 'List first, then watch from the resourceVersion of the list.',
  },
  KAE_READ_NOT_FOUND: {
    exit: 1,
    http: 404,
    summary: 'There is no such session in this namespace, or none that you may see',
    next: 'List the sessions that you may see: kubectl get sessions',
  },
  KAE_READ_FORBIDDEN: {
    exit: 1,
    http: 403,
    summary: 'This recording is of somebody else',
    next: 'Ask for the ClusterRole audit-exec-auditor in this namespace: what is missing is its verb audit on sessions/log.',
  },
  KAE_READ_UNREVIEWED: {
    exit: 1,
    http: 503,
    summary: 'The API server could not be asked what you may read, so nothing is shown',
    next: 'Try again. Administrators: the server needs the right to create subjectaccessreviews, and a way to the API server.',
  },
  KAE_READ_UNRECORDED: {
    exit: 1,
    http: 503,
    summary: 'This read could not be put on record, so nothing is shown',
    next: 'Make room on the collector’s disk, or look at its own log. The folder can be read offline: kube-audit-exec sessions list --log FOLDER',
  },
  KAE_READ_EXPIRED: {
    exit: 1,
    http: 410,
    summary: 'This place in the list is no longer known',
    next: 'List again from the start.',
  },
  KAE_READ_BUSY: {
    exit: 1,
    http: 429,
    summary: 'Too many recordings are being read at once',
    next: 'Close some readers, or ask the cluster’s administrators for a higher --reads-per-user.',
  },
  KAE_READ_UNAVAILABLE: {
    exit: 1,
    http: 503,
    summary: 'This server cannot read recordings now',
    next: 'Look at the collector’s own log. Its log folder can be read offline: kube-audit-exec sessions list --log FOLDER',
  },
  KAE_READ_REVOKED: {
    exit: 1,
    http: 403,
    summary: 'You may no longer read this',
    next: 'Ask whoever took the right away.',
  },
  KAE_SESSION_NOT_LIVE: {
    exit: 1,
    http: 409,
    summary: 'This session does not run any more',
    next: 'See how it ended: kubectl describe sessions ID',
  },
} as const satisfies Record<`KAE_${string}`, FaultDefinition>

export const fault = faultsOf(READ_API_FAULTS)
