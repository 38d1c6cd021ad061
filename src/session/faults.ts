import { type FaultDefinition, faultsOf } from '../protocol/fault.ts'

export const SESSION_FAULTS = {
  KAE_EXEC_DENIED: {
    exit: 1,
    summary: 'the cluster refused the exec',
    next: 'read the reason above; kubectl auth can-i create pods/exec shows what you may do',
  },
  KAE_EXEC_NOT_FOUND: {
    exit: 1,
    summary: 'there is nothing to run a command in',
    next: 'look at kubectl get pods in the same namespace',
  },
  KAE_EXEC_FAILED: {
    exit: 1,
    summary: 'the command could not be started',
    next: 'read the reason above; kubectl describe pod may tell more',
  },
  KAE_EXEC_DROPPED: {
    exit: 1,
    summary: 'the connection to the container broke',
    next: 'the command may still run there; open a new session to look',
  },
  KAE_EXEC_PROTOCOL: {
    exit: 1,
    summary: 'the API server does not speak the exec protocol over WebSockets',
    next: 'Kubernetes 1.30 or later is needed, and no proxy on the way that cuts WebSockets',
  },
  KAE_EXEC_TIMEOUT: {
    exit: 1,
    summary: 'the exec was not answered in time',
    next: 'try again; kubectl get --raw /readyz shows whether the API server is well',
  },
  KAE_NO_SHELL: {
    exit: 1,
    summary: 'the container has no shell',
    next: 'name a command of its own after --, or use kubectl debug to bring a shell',
  },
  KAE_NO_COMMAND: {
    exit: 1,
    summary: 'a command is needed where there is no terminal',
    next: 'name it after --, as in: kube-audit-exec POD -- COMMAND',
  },
  KAE_OBJECT_FILE_INVALID: {
    exit: 1,
    summary: 'the file does not name an object to run a command in',
    next: 'give a manifest of one Pod or workload with -f, or name it as TYPE/NAME',
  },
} as const satisfies Record<string, FaultDefinition>

export const fault = faultsOf(SESSION_FAULTS)
