import { API_SERVER, auditLog, binary, inState, NETWORK, pkiFile } from './layout.ts'
import { kubeconfigFile } from './users.ts'

/** What `env` prints for a shell: where the running cluster is to be found. */
export const exports = (): Record<string, string> => ({
  KUBECONFIG: kubeconfigFile('admin'),
  KUBECACHEDIR: inState('kubectl-cache'),
  CLUSTER_KUBECTL: binary('kubectl'),
  CLUSTER_KUBECONFIG_ALICE: kubeconfigFile('alice'),
  CLUSTER_KUBECONFIG_ALICE_CERT: kubeconfigFile('alice-cert'),
  CLUSTER_KUBECONFIG_BOB: kubeconfigFile('bob'),
  CLUSTER_KUBECONFIG_AUDITOR: kubeconfigFile('auditor'),
  CLUSTER_KUBECONFIG_STRANGER: kubeconfigFile('stranger'),
  CLUSTER_API_SERVER: API_SERVER,
  CLUSTER_CA: pkiFile('ca.crt'),
  CLUSTER_FRONT_PROXY_CA: pkiFile('front-proxy-ca.crt'),
  CLUSTER_FRONT_PROXY_CERT: pkiFile('front-proxy-client.crt'),
  CLUSTER_FRONT_PROXY_KEY: pkiFile('front-proxy-client.key'),
  CLUSTER_HOST_IP: NETWORK.hostIp,
  CLUSTER_AUDIT_LOG: auditLog(),
})
