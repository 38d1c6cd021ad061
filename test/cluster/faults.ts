import { faultsOf } from '../../src/protocol/fault.ts'

export const CLUSTER_FAULTS = {
  KAE_CLUSTER_UNSUPPORTED: {
    exit: 1,
    summary: 'a Kubernetes cluster cannot be started on this machine',
    next: 'Use Linux on x64 or arm64, or set CLUSTER_KUBECONFIG to the kubeconfig of a cluster that may be changed.',
  },
  KAE_CLUSTER_NOT_ROOT: {
    exit: 1,
    summary: 'starting a Kubernetes cluster needs root',
    next: 'Run it as root, or set CLUSTER_KUBECONFIG to the kubeconfig of a cluster that may be changed.',
  },
  KAE_CLUSTER_MISSING: {
    exit: 1,
    summary: 'programs that the cluster is made of are missing',
    next: 'Run as root: npm run cluster -- build. It installs the packages and builds the rest, but Go has to be there.',
  },
  KAE_CLUSTER_BUILD: {
    exit: 1,
    summary: 'a part of the cluster could not be built',
    next: 'Read the output above; the Go module is test/cluster/kubernetes.',
  },
  KAE_CLUSTER_COMPONENT: {
    exit: 1,
    summary: 'a part of the cluster ended or failed',
    next: 'Read its log, then run: npm run cluster -- down',
  },
  KAE_CLUSTER_TIMEOUT: {
    exit: 1,
    summary: 'the cluster did not become ready in time',
    next: 'Read the logs under the folder that `npm run cluster -- status` names.',
  },
  KAE_CLUSTER_DOWN: {
    exit: 1,
    summary: 'no cluster is running',
    next: 'Run: npm run cluster -- up',
  },
  KAE_CLUSTER_USAGE: {
    exit: 2,
    summary: 'this is not a cluster command',
    next: 'Use one of: build, up, down, status, env, kubectl ARGUMENTS.',
  },
} as const

export const fault = faultsOf(CLUSTER_FAULTS)
