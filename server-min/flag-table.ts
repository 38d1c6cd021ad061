/** Every setting of the server: flag, environment variable, default and words, in one table. */
export interface Flag {
  readonly env: string
  readonly help: string
  readonly value?: string
  readonly initial?: string
  readonly section: string
}

const LISTENING = 'Listening'
const TRUST = 'Who is the API server'
const RECORDING = 'Recording'
const ADMISSION = 'Admission'
const READING = 'Reading'
const LIMITS = 'Limits'

export const FLAGS = {
  host: {
    env: 'KUBE_AUDIT_EXEC_SERVER_HOST',
    value: 'ADDRESS',
    initial: '0.0.0.0',
    section: LISTENING,
    help: 'Address of the API and the webhook.',
  },
  port: {
    env: 'KUBE_AUDIT_EXEC_SERVER_PORT',
    value: 'PORT',
    initial: '8443',
    section: LISTENING,
    help: 'Port of the API and the webhook (HTTPS).',
  },
  'metrics-host': {
    env: 'KUBE_AUDIT_EXEC_SERVER_METRICS_HOST',
    value: 'ADDRESS',
    initial: '0.0.0.0',
    section: LISTENING,
    help: 'Address of metrics and health.',
  },
  'metrics-port': {
    env: 'KUBE_AUDIT_EXEC_SERVER_METRICS_PORT',
    value: 'PORT',
    initial: '8080',
    section: LISTENING,
    help: 'Port of /metrics, /livez, /readyz and /readyz/recording (HTTP).',
  },
  'tls-cert-file': {
    env: 'KUBE_AUDIT_EXEC_SERVER_TLS_CERT_FILE',
    value: 'FILE',
    section: LISTENING,
    help: 'Certificate for SERVICE.NAMESPACE.svc, PEM. Read again when it changes.',
  },
  'tls-key-file': {
    env: 'KUBE_AUDIT_EXEC_SERVER_TLS_KEY_FILE',
    value: 'FILE',
    section: LISTENING,
    help: 'Its private key, PEM. Nobody else may be able to read it.',
  },

  kubeconfig: {
    env: 'KUBECONFIG',
    value: 'FILE',
    section: TRUST,
    help: 'The API server: its ConfigMap kube-system/extension-apiserver-authentication, pods, access reviews. Default: as a pod of the cluster.',
  },
  'requestheader-client-ca-file': {
    env: 'KUBE_AUDIT_EXEC_SERVER_REQUESTHEADER_CLIENT_CA_FILE',
    value: 'FILE',
    section: TRUST,
    help: 'Authority of the front proxy’s certificate, in place of the ConfigMap.',
  },
  'requestheader-allowed-names': {
    env: 'KUBE_AUDIT_EXEC_SERVER_REQUESTHEADER_ALLOWED_NAMES',
    value: 'NAMES',
    section: TRUST,
    help: 'Common names that the front proxy may have, comma-separated. Default: whatever they are called.',
  },
  'requestheader-username-headers': {
    env: 'KUBE_AUDIT_EXEC_SERVER_REQUESTHEADER_USERNAME_HEADERS',
    value: 'NAMES',
    section: TRUST,
    help: 'Default: X-Remote-User.',
  },
  'requestheader-uid-headers': {
    env: 'KUBE_AUDIT_EXEC_SERVER_REQUESTHEADER_UID_HEADERS',
    value: 'NAMES',
    section: TRUST,
    help: 'Default: X-Remote-Uid.',
  },
  'requestheader-group-headers': {
    env: 'KUBE_AUDIT_EXEC_SERVER_REQUESTHEADER_GROUP_HEADERS',
    value: 'NAMES',
    section: TRUST,
    help: 'Default: X-Remote-Group.',
  },
  'requestheader-extra-headers-prefix': {
    env: 'KUBE_AUDIT_EXEC_SERVER_REQUESTHEADER_EXTRA_HEADERS_PREFIX',
    value: 'NAMES',
    section: TRUST,
    help: 'Default: X-Remote-Extra-.',
  },
  'client-ca-file': {
    env: 'KUBE_AUDIT_EXEC_SERVER_CLIENT_CA_FILE',
    value: 'FILE',
    section: TRUST,
    help: 'The cluster’s client CA. If it is the requestheader CA too, names have to be given.',
  },

  'log-dir': {
    env: 'KUBE_AUDIT_EXEC_SERVER_LOG_DIR',
    value: 'FOLDER',
    section: RECORDING,
    help: 'Folder of the log, of this server alone. Made if it does not exist.',
  },
  record: {
    env: 'KUBE_AUDIT_EXEC_SERVER_RECORD',
    value: 'MODE',
    initial: 'InputOutput',
    section: RECORDING,
    help: 'Input or InputOutput.',
  },
  durability: {
    env: 'KUBE_AUDIT_EXEC_SERVER_DURABILITY',
    value: 'MODE',
    initial: 'Strict',
    section: RECORDING,
    help: 'Strict: no byte before it is durable. Line: no line.',
  },
  'window-bytes': {
    env: 'KUBE_AUDIT_EXEC_SERVER_WINDOW_BYTES',
    value: 'BYTES',
    initial: '4194304',
    section: RECORDING,
    help: 'Most bytes that a client may send without their ack.',
  },
  'resume-seconds': {
    env: 'KUBE_AUDIT_EXEC_SERVER_RESUME_SECONDS',
    value: 'SECONDS',
    initial: '30',
    section: RECORDING,
    help: 'How long a lost client may take to come back.',
  },
  'drain-seconds': {
    env: 'KUBE_AUDIT_EXEC_SERVER_DRAIN_SECONDS',
    value: 'SECONDS',
    initial: '10',
    section: RECORDING,
    help: 'How long a shutdown waits for the disk.',
  },

  'bypass-users': {
    env: 'KUBE_AUDIT_EXEC_SERVER_BYPASS_USERS',
    value: 'NAMES',
    section: ADMISSION,
    help: 'Users who may exec without a session, comma-separated. Each time goes on record.',
  },
  'bypass-groups': {
    env: 'KUBE_AUDIT_EXEC_SERVER_BYPASS_GROUPS',
    value: 'NAMES',
    section: ADMISSION,
    help: 'The same for groups.',
  },
  'webhook-client-ca-file': {
    env: 'KUBE_AUDIT_EXEC_SERVER_WEBHOOK_CLIENT_CA_FILE',
    value: 'FILE',
    section: ADMISSION,
    help: 'Take reviews only from clients with a certificate of this authority.',
  },

  'index-dir': {
    env: 'KUBE_AUDIT_EXEC_SERVER_INDEX_DIR',
    value: 'FOLDER',
    section: READING,
    help: 'Folder of the index of what was recorded. It can be deleted at any time. Default: index, beside the log’s folder.',
  },
  'reads-per-user': {
    env: 'KUBE_AUDIT_EXEC_SERVER_READS_PER_USER',
    value: 'NUMBER',
    initial: '100',
    section: READING,
    help: 'Most recordings that one user reads, watches or searches at a time.',
  },
  reads: {
    env: 'KUBE_AUDIT_EXEC_SERVER_READS',
    value: 'NUMBER',
    initial: '1000',
    section: READING,
    help: 'The same for all users together.',
  },

  'request-seconds': {
    env: 'KUBE_AUDIT_EXEC_SERVER_REQUEST_SECONDS',
    value: 'SECONDS',
    initial: '10',
    section: LIMITS,
    help: 'How long a client may take over its TLS handshake, and over sending one request.',
  },
  'streams-per-user': {
    env: 'KUBE_AUDIT_EXEC_SERVER_STREAMS_PER_USER',
    value: 'NUMBER',
    initial: '3000',
    section: LIMITS,
    help: 'Most session streams of one user at a time.',
  },
} as const satisfies Record<string, Flag>
