import { type FaultDefinition, faultsOf } from '../protocol/fault.ts'

export const SESSION_FAULTS = {
  KAE_EXEC_DENIED: {
    exit: 1,
    summary: 'The cluster refused the exec',
    next: 'Read the reason above. What you may do: kubectl auth can-i create pods/exec',
  },
  KAE_EXEC_NOT_FOUND: {
    exit: 1,
    summary: 'There is nothing to run a command in',
    next: 'See what there is in the namespace: kubectl get pods',
  },
  KAE_EXEC_FAILED: {
    exit: 1,
    summary: 'The command could not be started',
    next: 'Read the reason above. There may be more: kubectl describe pod POD',
  },
  KAE_EXEC_DROPPED: {
    exit: 1,
    summary: 'The connection to the container broke',
    next: 'Open a new session to look: the command may still run there.',
  },
  KAE_EXEC_PROTOCOL: {
    exit: 1,
    summary: 'The API server does not speak the exec protocol over WebSockets',
    next: 'Use Kubernetes 1.30 or later, and no proxy on the way that cuts WebSockets.',
  },
  KAE_EXEC_TIMEOUT: {
    exit: 1,
    summary: 'The exec was not answered in time',
    next: 'Try again. Whether the API server is well: kubectl get --raw /readyz',
  },
  KAE_NO_SHELL: {
    exit: 1,
    summary: 'The container has no shell',
    next: 'Name a command of its own after --, or bring a shell: kubectl debug -it POD --image=busybox',
  },
  KAE_NO_COMMAND: {
    exit: 1,
    summary: 'Without a terminal a command is needed',
    next: 'Name it after two dashes: kube-audit-exec POD -- COMMAND',
  },
  KAE_OBJECT_FILE_INVALID: {
    exit: 1,
    summary: 'The file does not name an object to run a command in',
    next: 'Give a manifest of one Pod or workload with -f, or name it as TYPE/NAME.',
  },
} as const satisfies Record<string, FaultDefinition>

export const fault = faultsOf(SESSION_FAULTS)
