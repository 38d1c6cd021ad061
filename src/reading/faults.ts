import { type FaultDefinition, faultsOf } from '../protocol/fault.ts'

export const READING_FAULTS = {
  KAE_SESSION_ID_INVALID: {
    exit: 1,
    summary: 'this is not a session id',
    next: 'Copy one from `kube-audit-exec sessions list`.',
  },
  KAE_SESSION_NOT_FOUND: {
    exit: 1,
    summary: 'no log here has this session',
    next: 'Name the folder of its log with --log, or list what there is: kube-audit-exec sessions list',
  },
  KAE_LOGS_NOT_FOUND: {
    exit: 1,
    summary: 'there is no log in this folder',
    next: 'Name a folder with --log that is a log, or that holds some.',
  },
  KAE_VERIFICATION_FAILED: {
    exit: 1,
    summary: 'a log is not what was written',
    next: 'Keep a copy of it as evidence, and compare it with a backup.',
  },
} as const satisfies Record<`KAE_${string}`, FaultDefinition>

export const fault = faultsOf(READING_FAULTS)
