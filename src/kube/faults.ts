import { faultsOf } from '../protocol/fault.ts'

/** What can go wrong between a kubeconfig and a pod. The exit status is kubectl's for the same failure: 1. */
export const KUBE_FAULTS = {
  KAE_KUBE_FLAG_INVALID: {
    exit: 1,
    summary: 'a connection flag has a value that cannot be used',
    next: 'correct the flag; `kubectl options` describes it, and it means the same here',
  },
  KAE_KUBE_CONFIG_MISSING: {
    exit: 1,
    summary: 'the kubeconfig file that was asked for does not exist',
    next: 'check the path given with --kubeconfig',
  },
  KAE_KUBE_CONFIG_UNREADABLE: {
    exit: 1,
    summary: 'a kubeconfig file cannot be read',
    next: 'check the file and its permissions',
  },
  KAE_KUBE_CONFIG_MALFORMED: {
    exit: 1,
    summary: 'a kubeconfig file is not a valid kubeconfig',
    next: 'correct the file at the place named above',
  },
  KAE_KUBE_CONFIG_INVALID: {
    exit: 1,
    summary: 'the kubeconfig contradicts itself or is incomplete',
    next: 'correct the kubeconfig; `kubectl config view --minify` shows the part in use',
  },
  KAE_KUBE_CONTEXT_UNKNOWN: {
    exit: 1,
    summary: 'the kubeconfig has no such context',
    next: 'choose one of its contexts with --context or `kubectl config use-context`',
  },
  KAE_KUBE_CLUSTER_UNKNOWN: {
    exit: 1,
    summary: 'the kubeconfig has no such cluster',
    next: 'choose one of its clusters with --cluster',
  },
  KAE_KUBE_USER_UNKNOWN: {
    exit: 1,
    summary: 'the kubeconfig has no such user',
    next: 'choose one of its users with --user',
  },
  KAE_KUBE_CREDENTIALS_MISSING: {
    exit: 1,
    summary: 'the selected user has no credentials',
    next: 'give the user a token, a client certificate or an exec plugin in the kubeconfig, or pass --token',
  },
  KAE_KUBE_CREDENTIALS_UNREADABLE: {
    exit: 1,
    summary: 'a file with credentials cannot be used',
    next: 'check the file named above and its permissions',
  },
  KAE_KUBE_AUTH_PROVIDER_UNSUPPORTED: {
    exit: 1,
    summary: 'the kubeconfig uses a legacy auth-provider, which is not supported',
    next: 'use an exec credential plugin instead',
  },
  KAE_KUBE_KUBERC_INVALID: {
    exit: 1,
    summary: 'the kuberc file cannot be used',
    next: 'correct the file, or set KUBERC=off to go without it',
  },
  KAE_KUBE_PLUGIN_FORBIDDEN: {
    exit: 1,
    summary: 'kuberc forbids this credential plugin',
    next: 'allow it in credentialPluginAllowlist of your kuberc file, or use other credentials',
  },
  KAE_KUBE_PLUGIN_MISSING: {
    exit: 1,
    summary: 'the credential plugin of the kubeconfig is not installed',
    next: 'install it, or correct `exec.command` of the user in the kubeconfig',
  },
  KAE_KUBE_PLUGIN_FAILED: {
    exit: 1,
    summary: 'the credential plugin failed',
    next: 'run the plugin by itself to see why; its own words are above',
  },
  KAE_KUBE_PLUGIN_ANSWER_INVALID: {
    exit: 1,
    summary: 'the credential plugin did not answer with usable credentials',
    next: 'it must print an ExecCredential of the apiVersion that the kubeconfig names',
  },
  KAE_KUBE_PLUGIN_NEEDS_TERMINAL: {
    exit: 1,
    summary: 'the credential plugin needs a terminal to ask you something',
    next: 'log in with it once on a terminal, or run this command on one',
  },
  KAE_KUBE_TLS_MATERIAL_INVALID: {
    exit: 1,
    summary: 'a certificate or key cannot be used',
    next: 'check the certificates and keys that the kubeconfig names: PEM, and a key that belongs to its certificate',
  },
  KAE_KUBE_UNREACHABLE: {
    exit: 1,
    summary: 'the API server cannot be reached',
    next: 'check that the cluster runs and that the address in the kubeconfig is right',
  },
  KAE_KUBE_TIMEOUT: {
    exit: 1,
    summary: 'the API server did not answer in time',
    next: 'check the network, or allow more time with --request-timeout',
  },
  KAE_KUBE_CONNECTION_LOST: {
    exit: 1,
    summary: 'the connection to the API server broke',
    next: 'try again; if it persists, look at what lies between: proxy, load balancer, VPN',
  },
  KAE_KUBE_TLS_UNTRUSTED: {
    exit: 1,
    summary: "the API server's certificate is not signed by an authority that is trusted here",
    next: 'check certificate-authority(-data) in the kubeconfig; somebody may be in between: do not skip verification',
  },
  KAE_KUBE_TLS_WRONG_NAME: {
    exit: 1,
    summary: "the API server's certificate is for another name",
    next: 'use the right address, or name what the certificate holds with tls-server-name',
  },
  KAE_KUBE_TLS_FAILED: {
    exit: 1,
    summary: 'no secure connection to the API server could be made',
    next: 'check that the address speaks TLS and that your client certificate is still valid',
  },
  KAE_KUBE_PROXY_FAILED: {
    exit: 1,
    summary: 'the proxy did not let the connection through',
    next: 'check proxy-url in the kubeconfig, or HTTPS_PROXY and NO_PROXY',
  },
  KAE_KUBE_NOT_AN_API_SERVER: {
    exit: 1,
    summary: 'the answer does not come from a Kubernetes API server',
    next: 'check the server address; a proxy or a login page may be answering in its place',
  },
  KAE_KUBE_UNAUTHORIZED: {
    exit: 1,
    summary: 'the API server does not accept the credentials',
    next: 'log in again, or check the user of the kubeconfig',
  },
  KAE_KUBE_FORBIDDEN: {
    exit: 1,
    summary: 'the API server refused the request',
    next: 'ask for the right that the message names; `kubectl auth can-i` shows what you have',
  },
  KAE_KUBE_NOT_FOUND: {
    exit: 1,
    summary: 'the API server has no such object',
    next: 'check the name and the namespace (-n)',
  },
  KAE_KUBE_API_ERROR: {
    exit: 1,
    summary: 'the API server answered with an error',
    next: 'read its message above; try again if it speaks of load or of an internal error',
  },
  KAE_KUBE_TARGET_INVALID: {
    exit: 1,
    summary: 'this is not something to run a command in',
    next: 'name a pod, or TYPE/NAME with one of: pod, deployment, statefulset, daemonset, replicaset, replicationcontroller, job, service',
  },
  KAE_KUBE_NO_POD: {
    exit: 1,
    summary: 'no pod belongs to this object',
    next: 'wait for its pods, or allow more time with --pod-running-timeout',
  },
  KAE_KUBE_POD_COMPLETED: {
    exit: 1,
    summary: 'cannot exec into a container in a completed pod',
    next: 'choose a pod that runs',
  },
  KAE_KUBE_CONTAINER_UNKNOWN: {
    exit: 1,
    summary: 'the pod has no such container',
    next: 'choose one of its containers with -c',
  },
} as const satisfies Record<`KAE_${string}`, { exit: number; summary: string; next: string }>

export const fault = faultsOf(KUBE_FAULTS)
