import { type FaultDefinition, faultsOf } from '../protocol/fault.ts'

export const COLLECTOR_FAULTS = {
  KAE_COLLECTOR_ABSENT: {
    exit: 1,
    summary: 'this cluster has no audit collector',
    next: 'ask its administrators to install kube-audit-exec, or record on this machine with --collector=local',
  },
  KAE_COLLECTOR_FORBIDDEN: {
    exit: 1,
    summary: 'you may not open an audited session here',
    next: 'ask for the ClusterRole audit-exec-user in this namespace',
  },
  KAE_COLLECTOR_UNREACHABLE: {
    exit: 1,
    summary: 'the audit collector cannot be reached, so nothing was run',
    next: 'look at the APIService: kubectl get apiservice v1alpha1.kube-audit-exec.io',
  },
  KAE_COLLECTOR_SILENT: {
    exit: 1,
    summary: 'the audit collector did not answer in time, so nothing was run',
    next: 'try again; if it stays so, look at the collector’s readiness: /readyz/recording',
  },
  KAE_COLLECTOR_NONSENSE: {
    exit: 1,
    summary: 'the audit collector said something that is not in the protocol',
    next: 'compare the versions of this program and of the collector',
  },
  KAE_COLLECTOR_LOST: {
    exit: 1,
    summary: 'the audit collector was lost and did not come back, so the session was closed',
    next: 'what you typed up to then is recorded; open a new session',
  },
  KAE_COLLECTOR_REFUSED: {
    exit: 1,
    summary: 'the audit collector refused or ended the session',
    next: 'read the reason above',
  },
  KAE_CHAIN_MISMATCH: {
    exit: 1,
    summary: 'the audit collector recorded something other than what was sent',
    next: 'tell the cluster’s administrators: its log may be tampered with',
  },
} as const satisfies Record<string, FaultDefinition>

export const fault = faultsOf(COLLECTOR_FAULTS)
