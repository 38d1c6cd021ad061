import type { FaultDefinition } from './fault.ts'

/** `KAE_SESSION_NOT_FOUND`: the same of a server's library, a folder's and a cluster's. */
export const SESSION_NOT_FOUND = {
  exit: 1,
  http: 404,
  summary: 'There is no such session here',
  next: 'Look into all namespaces with -A, on this machine with --local, or in a folder with --log. What there is: kube-audit-exec sessions list',
} as const satisfies FaultDefinition
