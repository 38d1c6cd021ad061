import { type FaultDefinition, faultsOf } from '../protocol/fault.ts'

export const COLLECTOR_FAULTS = {
  KAE_COLLECTOR_ABSENT: {
    exit: 1,
    summary: 'This cluster has no audit collector',
    next: 'Ask its administrators to install kube-audit-exec, or record on this machine with --collector=local.',
  },
  KAE_COLLECTOR_FORBIDDEN: {
    exit: 1,
    summary: 'You may not open an audited session here',
    next: 'Ask for the ClusterRole audit-exec-user in this namespace.',
  },
  KAE_COLLECTOR_UNREACHABLE: {
    exit: 1,
    summary: 'The audit collector cannot be reached, so nothing was run',
    next: 'Look at the APIService: kubectl get apiservice v1alpha1.kube-audit-exec.io',
  },
  KAE_COLLECTOR_SILENT: {
    exit: 1,
    summary: 'The audit collector did not answer in time, so nothing was run',
    next: 'Try again. If it stays so, look at the collector’s readiness, /readyz/recording.',
  },
  KAE_COLLECTOR_NONSENSE: {
    exit: 1,
    summary: 'The audit collector said something that is not in the protocol',
    next: 'Compare the versions of this program and of the collector: kube-audit-exec --version',
  },
  KAE_COLLECTOR_LOST: {
    exit: 1,
    summary: 'The audit collector was lost and did not come back, so the session was closed',
    next: 'What you typed up to then is recorded. Open a new session.',
  },
  KAE_COLLECTOR_REFUSED: {
    exit: 1,
    summary: 'The audit collector refused or ended the session',
    next: 'Read the reason above.',
  },
  KAE_CHAIN_MISMATCH: {
    exit: 1,
    summary: 'The audit collector recorded something other than what was sent',
    next: 'Tell the cluster’s administrators: its log may be tampered with.',
  },
} as const satisfies Record<string, FaultDefinition>

export const fault = faultsOf(COLLECTOR_FAULTS)
