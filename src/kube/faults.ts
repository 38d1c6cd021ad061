import { faultsOf } from '../protocol/fault.ts'

/** What can go wrong between a kubeconfig and a pod. The exit status is kubectl's for the same failure: 1. */
export const KUBE_FAULTS = {
  KAE_KUBE_FLAG_INVALID: {
    exit: 1,
    summary: 'A connection flag has a value that cannot be used',
    next: 'Correct the flag. It means what it means to kubectl: kubectl options',
  },
  KAE_KUBE_CONFIG_MISSING: {
    exit: 1,
    summary: 'The kubeconfig file that was asked for does not exist',
    next: 'Check the path given with --kubeconfig.',
  },
  KAE_KUBE_CONFIG_UNREADABLE: {
    exit: 1,
    summary: 'A kubeconfig file cannot be read',
    next: 'Check the file and its permissions.',
  },
  KAE_KUBE_CONFIG_MALFORMED: {
    exit: 1,
    summary: 'A kubeconfig file is not a valid kubeconfig',
    next: 'Correct the file at the place named above.',
  },
  KAE_KUBE_CONFIG_INVALID: {
    exit: 1,
    summary: 'The kubeconfig contradicts itself or is incomplete',
    next: 'Correct the kubeconfig. The part of it that is in use: kubectl config view --minify',
  },
  KAE_KUBE_CONTEXT_UNKNOWN: {
    exit: 1,
    summary: 'The kubeconfig has no such context',
    next: 'Choose one of its contexts with --context or `kubectl config use-context`.',
  },
  KAE_KUBE_CLUSTER_UNKNOWN: {
    exit: 1,
    summary: 'The kubeconfig has no such cluster',
    next: 'Choose one of its clusters with --cluster.',
  },
  KAE_KUBE_USER_UNKNOWN: {
    exit: 1,
    summary: 'The kubeconfig has no such user',
    next: 'Choose one of its users with --user.',
  },
  KAE_KUBE_CREDENTIALS_MISSING: {
    exit: 1,
    summary: 'The selected user has no credentials',
    next: 'Give the user a token, a client certificate or an exec plugin in the kubeconfig, or pass --token.',
  },
  KAE_KUBE_CREDENTIALS_UNREADABLE: {
    exit: 1,
    summary: 'A file with credentials cannot be used',
    next: 'Check the file named above and its permissions.',
  },
  KAE_KUBE_AUTH_PROVIDER_UNSUPPORTED: {
    exit: 1,
    summary: 'The kubeconfig uses a legacy auth-provider, which is not supported',
    next: 'Use an exec credential plugin instead.',
  },
  KAE_KUBE_KUBERC_INVALID: {
    exit: 1,
    summary: 'The kuberc file cannot be used',
    next: 'Correct the file, or set KUBERC=off to go without it.',
  },
  KAE_KUBE_PLUGIN_FORBIDDEN: {
    exit: 1,
    summary: 'The kuberc file forbids this credential plugin',
    next: 'Allow it in credentialPluginAllowlist of your kuberc file, or use other credentials.',
  },
  KAE_KUBE_PLUGIN_MISSING: {
    exit: 1,
    summary: 'The credential plugin of the kubeconfig is not installed',
    next: 'Install it, or correct exec.command of the user in the kubeconfig.',
  },
  KAE_KUBE_PLUGIN_FAILED: {
    exit: 1,
    summary: 'The credential plugin failed',
    next: 'Run the plugin by itself to see why; its own words are above.',
  },
  KAE_KUBE_PLUGIN_ANSWER_INVALID: {
    exit: 1,
    summary: 'The credential plugin did not answer with credentials that can be used',
    next: 'Look at what it prints: it must be an ExecCredential of the apiVersion that the kubeconfig names.',
  },
  KAE_KUBE_PLUGIN_NEEDS_TERMINAL: {
    exit: 1,
    summary: 'The credential plugin needs a terminal to ask you something',
    next: 'Log in with it once on a terminal, or run this command on one.',
  },
  KAE_KUBE_TLS_MATERIAL_INVALID: {
    exit: 1,
    summary: 'A certificate or key cannot be used',
    next: 'Check the certificates and keys that the kubeconfig names: PEM, and a key that belongs to its certificate.',
  },
  KAE_KUBE_UNREACHABLE: {
    exit: 1,
    summary: 'The API server cannot be reached',
    next: 'Check that the cluster runs and that the address in the kubeconfig is right.',
  },
  KAE_KUBE_TIMEOUT: {
    exit: 1,
    summary: 'The API server did not answer in time',
    next: 'Check the network, or allow more time with --request-timeout.',
  },
  KAE_KUBE_CONNECTION_LOST: {
    exit: 1,
    summary: 'The connection to the API server broke',
    next: 'Try again. If it stays so, look at what lies between: proxy, load balancer, VPN.',
  },
  KAE_KUBE_TLS_UNTRUSTED: {
    exit: 1,
    summary: 'The API server’s certificate is not signed by an authority that is trusted here',
    next: 'Check certificate-authority(-data) in the kubeconfig. Somebody may be in between: do not skip verification.',
  },
  KAE_KUBE_TLS_WRONG_NAME: {
    exit: 1,
    summary: 'The API server’s certificate is for another name',
    next: 'Use the right address, or name what the certificate holds with tls-server-name.',
  },
  KAE_KUBE_TLS_FAILED: {
    exit: 1,
    summary: 'No secure connection to the API server could be made',
    next: 'Check that the address speaks TLS and that your client certificate is still valid.',
  },
  KAE_KUBE_PROXY_INVALID: {
    exit: 1,
    summary: 'The environment names a proxy that cannot be used',
    next: 'Correct the variable named above, unset it, or name the server in NO_PROXY.',
  },
  KAE_KUBE_PROXY_FAILED: {
    exit: 1,
    summary: 'The proxy did not let the connection through',
    next: 'Check proxy-url in the kubeconfig, or HTTPS_PROXY and NO_PROXY.',
  },
  KAE_KUBE_NOT_AN_API_SERVER: {
    exit: 1,
    summary: 'The answer does not come from a Kubernetes API server',
    next: 'Check the server address: a proxy or a login page may be answering in its place.',
  },
  KAE_KUBE_UNAUTHORIZED: {
    exit: 1,
    summary: 'The API server does not accept the credentials',
    next: 'Log in again, or check the user of the kubeconfig.',
  },
  KAE_KUBE_FORBIDDEN: {
    exit: 1,
    summary: 'The API server refused the request',
    next: 'Ask for the right that the message names. What you may do: kubectl auth can-i --list',
  },
  KAE_KUBE_NOT_FOUND: {
    exit: 1,
    summary: 'The API server has no such object',
    next: 'Check the name and the namespace (-n).',
  },
  KAE_KUBE_API_ERROR: {
    exit: 1,
    summary: 'The API server answered with an error',
    next: 'Read its message above. If it speaks of load or of an internal error, try again.',
  },
  KAE_KUBE_TARGET_INVALID: {
    exit: 1,
    summary: 'This is not something to run a command in',
    next: 'Name a pod, or TYPE/NAME with one of these types: pod, deployment, statefulset, daemonset, replicaset, replicationcontroller, job, service.',
  },
  KAE_KUBE_NO_POD: {
    exit: 1,
    summary: 'No pod belongs to this object',
    next: 'Wait for its pods, or allow more time with --pod-running-timeout.',
  },
  KAE_KUBE_POD_COMPLETED: {
    exit: 1,
    summary: 'Cannot exec into a container in a completed pod',
    next: 'Choose a pod that is running: kubectl get pods',
  },
  KAE_KUBE_CONTAINER_UNKNOWN: {
    exit: 1,
    summary: 'The pod has no such container',
    next: 'Choose one of its containers with -c.',
  },
} as const satisfies Record<`KAE_${string}`, { exit: number; summary: string; next: string }>

export const fault = faultsOf(KUBE_FAULTS)
