import { mkdirSync, writeFileSync } from 'node:fs'
import { containerdSocket, IMAGES, inState, NAME, NETWORK, pkiFile } from './layout.ts'

interface Setting {
  readonly path: () => string
  readonly content: () => string
}

const file = (name: string, content: () => string): Setting => ({ path: () => inState('settings', name), content })
const json = (name: string, content: () => object): Setting => file(name, () => JSON.stringify(content(), null, 2))

const containerdToml = () => `version = 2
root = "${inState('containerd/root')}"
state = "${inState('containerd/state')}"
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs", "io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp",
]
[grpc]
  address = "${containerdSocket()}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${inState('containerd/opt')}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${IMAGES.noShell}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    # overlayfs does not mount on the overlay that containers and many sandboxes have as their root.
    snapshotter = "native"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${inState('settings/cni')}"
`

const cni = () => ({
  cniVersion: '0.4.0',
  name: NAME,
  plugins: [
    {
      type: 'ptp',
      ipam: { type: 'host-local', ranges: [[{ subnet: NETWORK.podCidr }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
  ],
})

const NEVER_EVICT = {
  'memory.available': '0%',
  'nodefs.available': '0%',
  'nodefs.inodesFree': '0%',
  'imagefs.available': '0%',
  'imagefs.inodesFree': '0%',
}

const kubelet = () => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: pkiFile('ca.crt') },
  },
  authorization: { mode: 'Webhook' },
  tlsCertFile: pkiFile('kubelet-server.crt'),
  tlsPrivateKeyFile: pkiFile('kubelet-server.key'),
  containerRuntimeEndpoint: `unix://${containerdSocket()}`,
  cgroupDriver: 'cgroupfs',
  cgroupsPerQOS: false,
  enforceNodeAllocatable: [],
  failCgroupV1: false,
  failSwapOn: false,
  evictionHard: NEVER_EVICT,
  imageGCHighThresholdPercent: 100,
  oomScoreAdj: 0,
  podLogsDir: inState('pod-logs'),
  volumePluginDir: inState('volume-plugins'),
  resolvConf: '',
})

/** Exec and its like with all they have, our own group as metadata, nothing else. */
const auditPolicy = () => ({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  rules: [
    {
      level: 'RequestResponse',
      resources: [
        {
          group: '',
          resources: ['pods/exec', 'pods/attach', 'pods/portforward', 'pods/proxy', 'pods/ephemeralcontainers'],
        },
        { group: '', resources: ['nodes/proxy', 'services/proxy'] },
      ],
    },
    { level: 'Metadata', resources: [{ group: 'kube-audit-exec.io' }, { group: 'policy.kube-audit-exec.io' }] },
    { level: 'None' },
  ],
})

export const SETTINGS = {
  containerd: file('containerd.toml', containerdToml),
  cni: json('cni/10-kae.conflist', cni),
  kubelet: json('kubelet.json', kubelet),
  auditPolicy: json('audit-policy.json', auditPolicy),
} as const satisfies Record<string, Setting>

export function writeSettings(): void {
  mkdirSync(inState('settings/cni'), { recursive: true })
  for (const { path, content } of Object.values(SETTINGS)) writeFileSync(path(), content())
}
