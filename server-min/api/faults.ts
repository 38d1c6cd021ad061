import { type FaultDefinition, faultsOf } from '../../src/protocol/fault.ts'

/** What the aggregated API refuses to those who read and end sessions. */
export const READ_API_FAULTS = {
  KAE_READ_QUERY_INVALID: {
    exit: 1,
    http: 400,
    summary: 'the request cannot be understood',
    next: 'look the parameters up in docs/api.md',
  },
  KAE_READ_UNSUPPORTED: {
    exit: 1,
    // Clients of Kubernetes then fall back to a list and a watch after it.
    http: 422,
    summary: 'this server does not do that',
    next: 'list, then watch from the resourceVersion of the list',
  },
  KAE_READ_NOT_FOUND: {
    exit: 1,
    http: 404,
    summary: 'there is no such session in this namespace, or none that you may see',
    next: 'list the sessions that you may see: kubectl get sessions',
  },
  KAE_READ_FORBIDDEN: {
    exit: 1,
    http: 403,
    summary: 'this recording is of somebody else',
    next: 'ask for the ClusterRole audit-exec-auditor in this namespace: its verb audit on sessions/log is what is missing',
  },
  KAE_READ_UNREVIEWED: {
    exit: 1,
    http: 503,
    summary: 'the API server could not be asked what you may read, so nothing is shown',
    next: 'try again; administrators: the server needs the right to create subjectaccessreviews, and a way to the API server',
  },
  KAE_READ_UNRECORDED: {
    exit: 1,
    http: 503,
    summary: 'this read could not be put on record, so nothing is shown',
    next: 'make room on the collector’s disk, or look at its own log; the folder can be read offline: kube-audit-exec sessions list --log FOLDER',
  },
  KAE_READ_EXPIRED: {
    exit: 1,
    http: 410,
    summary: 'this place in the list is no longer known',
    next: 'list again from the start',
  },
  KAE_READ_BUSY: {
    exit: 1,
    http: 429,
    summary: 'too many recordings are being read at once',
    next: 'close some readers, or ask the cluster’s administrators for a higher --reads-per-user',
  },
  KAE_READ_UNAVAILABLE: {
    exit: 1,
    http: 503,
    summary: 'this server cannot read recordings now',
    next: 'look at the collector’s own log; its log folder can be read offline: kube-audit-exec sessions list --log FOLDER',
  },
  KAE_READ_REVOKED: {
    exit: 1,
    http: 403,
    summary: 'you may no longer read this',
    next: 'ask whoever took the right away',
  },
  KAE_SESSION_NOT_LIVE: {
    exit: 1,
    http: 409,
    summary: 'this session does not run any more',
    next: 'see how it ended: kubectl describe sessions ID',
  },
} as const satisfies Record<`KAE_${string}`, FaultDefinition>

export const fault = faultsOf(READ_API_FAULTS)
