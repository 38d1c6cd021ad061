import {
  API_SERVER,
  auditLog,
  binary,
  containerdSocket,
  findProgram,
  inState,
  NETWORK,
  NODE,
  pkiFile,
} from './layout.ts'
import type { Command } from './processes.ts'
import { SETTINGS } from './settings.ts'
import { kubeconfigFile, tokenFile } from './users.ts'

type Flags = Readonly<Record<string, string | number | boolean>>

const argv = (program: string, flags: Flags): string[] => [
  program,
  ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
]

const program = (name: string): string => findProgram(name) ?? name
const crt = (name: string): string => pkiFile(`${name}.crt`)
const key = (name: string): string => pkiFile(`${name}.key`)

const ETCD = 'http://127.0.0.1:2379'
const PEER = 'http://127.0.0.1:2380'

export const etcd = (): Command => ({
  name: 'etcd',
  argv: argv(program('etcd'), {
    'data-dir': inState('etcd'),
    'listen-client-urls': ETCD,
    'advertise-client-urls': ETCD,
    'listen-peer-urls': PEER,
    'initial-advertise-peer-urls': PEER,
    'initial-cluster': `default=${PEER}`,
    // A test cluster never outlives its machine, and syncing costs seconds.
    'unsafe-no-fsync': true,
    logger: 'zap',
    'log-level': 'warn',
  }),
})

export const containerd = (): Command => ({
  name: 'containerd',
  argv: argv(program('containerd'), { config: SETTINGS.containerd.path() }),
  // Its children look for runc and the mount programs here.
  env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin:/usr/bin:/bin` },
})

const IDENTITY: () => Flags = () => ({
  'authorization-mode': 'Node,RBAC',
  'client-ca-file': crt('ca'),
  'token-auth-file': tokenFile(),
  'service-account-issuer': 'https://kubernetes.default.svc',
  'service-account-key-file': pkiFile('service-account.pub'),
  'service-account-signing-key-file': key('service-account'),
})

/** https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/ */
const AGGREGATION: () => Flags = () => ({
  'requestheader-client-ca-file': crt('front-proxy-ca'),
  'requestheader-allowed-names': 'front-proxy-client',
  'requestheader-username-headers': 'X-Remote-User',
  'requestheader-group-headers': 'X-Remote-Group',
  'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
  'requestheader-uid-headers': 'X-Remote-Uid',
  'proxy-client-cert-file': crt('front-proxy-client'),
  'proxy-client-key-file': key('front-proxy-client'),
  // Nothing serves service addresses here: go to the endpoints of the Service instead.
  'enable-aggregator-routing': true,
})

export const apiServer = (featureGates: string): Command => ({
  name: 'kube-apiserver',
  argv: argv(binary('kube-apiserver'), {
    ...IDENTITY(),
    ...AGGREGATION(),
    'advertise-address': NETWORK.nodeIp,
    'secure-port': 6443,
    'tls-cert-file': crt('apiserver'),
    'tls-private-key-file': key('apiserver'),
    'cert-dir': inState('pki/made-by-apiserver'),
    'etcd-servers': ETCD,
    'service-cluster-ip-range': NETWORK.serviceCidr,
    // No name server knows the node.
    'kubelet-preferred-address-types': 'InternalIP',
    'kubelet-certificate-authority': crt('ca'),
    'kubelet-client-certificate': crt('apiserver-kubelet-client'),
    'kubelet-client-key': key('apiserver-kubelet-client'),
    'enable-admission-plugins': 'NodeRestriction',
    // It would taint the node until the node lifecycle controller, which does not run, finds it ready.
    'disable-admission-plugins': 'TaintNodesByCondition',
    'audit-policy-file': SETTINGS.auditPolicy.path(),
    'audit-log-path': auditLog(),
    ...(featureGates ? { 'feature-gates': featureGates } : {}),
  }),
})

export const controllerManager = (): Command => ({
  name: 'kube-controller-manager',
  argv: argv(binary('kube-controller-manager'), {
    kubeconfig: kubeconfigFile('controller-manager'),
    'authentication-kubeconfig': kubeconfigFile('controller-manager'),
    'authorization-kubeconfig': kubeconfigFile('controller-manager'),
    'cert-dir': inState('pki/made-by-controller-manager'),
    'bind-address': '127.0.0.1',
    'leader-elect': false,
    // A busy test machine misses heartbeats, and this controller would evict the pods for it.
    controllers: '*,-node-lifecycle-controller',
    'use-service-account-credentials': true,
    'service-account-private-key-file': key('service-account'),
    'root-ca-file': crt('ca'),
    'cluster-signing-cert-file': crt('ca'),
    'cluster-signing-key-file': key('ca'),
  }),
})

export const scheduler = (): Command => ({
  name: 'kube-scheduler',
  argv: argv(binary('kube-scheduler'), {
    kubeconfig: kubeconfigFile('scheduler'),
    'authentication-kubeconfig': kubeconfigFile('scheduler'),
    'authorization-kubeconfig': kubeconfigFile('scheduler'),
    'cert-dir': inState('pki/made-by-scheduler'),
    'bind-address': '127.0.0.1',
    'leader-elect': false,
  }),
})

export const kubelet = (): Command => ({
  name: 'kubelet',
  argv: argv(binary('kubelet'), {
    config: SETTINGS.kubelet.path(),
    kubeconfig: kubeconfigFile('kubelet'),
    'hostname-override': NODE,
    'node-ip': NETWORK.nodeIp,
  }),
  // The kubelet looks for iptables here.
  env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin:/usr/bin:/bin` },
})

/** Where the parts say that they are ready; the API server is reached from the machine itself. */
export const READY_URL = `${API_SERVER}/readyz`
export const CONTAINERD_ADDRESS = (): string => `--address=${containerdSocket()}`
