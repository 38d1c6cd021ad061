import { type FaultDefinition, faultsOf } from '../src/protocol/fault.ts'

/** What the server refuses, to clients of its API and to whoever starts it. */
export const SERVER_FAULTS = {
  KAE_HELLO_INVALID: {
    exit: 1,
    http: 400,
    summary: 'The session’s first message is not what this collector understands',
    next: 'Update kube-audit-exec to the version of the cluster’s collector.',
  },
  KAE_HELLO_LATE: {
    exit: 1,
    http: 408,
    summary: 'The client opened a stream and did not say what for',
    next: 'Try again. If it happens often, look for a proxy that holds messages back.',
  },
  KAE_STREAM_VIOLATION: {
    exit: 1,
    http: 400,
    summary: 'The client broke the rules of the session stream',
    next: 'Update kube-audit-exec. If that does not help, report it with this message.',
  },
  KAE_SESSION_FORBIDDEN: {
    exit: 1,
    http: 403,
    summary: 'This session belongs to somebody else',
    next: 'Open a session of your own.',
  },
  KAE_SESSION_UNKNOWN: {
    exit: 1,
    http: 404,
    summary: 'The collector knows no such session that could be resumed',
    next: 'Start a new session.',
  },
  KAE_SESSION_EXISTS: {
    exit: 1,
    http: 409,
    summary: 'A session with this id was opened before',
    next: 'Open a session with a new id.',
  },
  KAE_SESSION_ENDED: {
    exit: 1,
    http: 410,
    summary: 'The collector has ended this session',
    next: 'Start a new session.',
  },
  KAE_SESSION_TERMINATED: {
    // EX_NOPERM of sysexits.h: a script can tell it from what the remote command does.
    exit: 77,
    http: 410,
    summary: 'The session was terminated',
    next: 'Ask whoever ended it. Only your connection was closed: what you started may still run in the container.',
  },
  KAE_SESSION_REPLACED: {
    exit: 1,
    http: 409,
    summary: 'Another connection has taken this session over',
    next: 'Use the newer connection.',
  },
  KAE_RESUME_MISMATCH: {
    exit: 1,
    http: 409,
    summary: 'Client and collector do not agree about the record up to here',
    next: 'Start a new session, and tell the cluster’s administrators: this should never happen.',
  },
  KAE_RECORD_CHANGED: {
    exit: 1,
    http: 409,
    summary: 'A record was sent twice with different bytes',
    next: 'Start a new session, and tell the cluster’s administrators: this should never happen.',
  },
  KAE_RECORD_REFUSED: {
    exit: 1,
    http: 500,
    summary: 'The log did not take a record, so the session was closed',
    next: 'Start a new session. If it happens again, look at the collector’s own log.',
  },
  KAE_COLLECTOR_CLOSING: {
    exit: 1,
    http: 503,
    summary: 'The collector is shutting down',
    next: 'Try again in a few seconds.',
  },
  KAE_COLLECTOR_FULL: {
    exit: 1,
    http: 503,
    summary: 'The collector carries as many sessions as it may',
    next: 'Try again later, or ask the cluster’s administrators for a higher limit.',
  },
  KAE_CONTAINER_UNRESOLVED: {
    exit: 1,
    http: 422,
    summary: 'The collector cannot look up which container is meant',
    next: 'Name the container with -c.',
  },
  KAE_POD_NOT_FOUND: {
    exit: 1,
    http: 404,
    summary: 'There is no such pod',
    next: 'Check the name and the namespace (-n).',
  },
  KAE_POD_COMPLETED: {
    exit: 1,
    http: 409,
    summary: 'A completed pod runs no commands',
    next: 'Choose a pod that is running: kubectl get pods',
  },
  KAE_POD_CONTAINER_UNKNOWN: {
    exit: 1,
    http: 404,
    summary: 'The pod has no such container',
    next: 'Name one of the pod’s containers with -c.',
  },
  KAE_REQUESTHEADER_MISSING: {
    exit: 1,
    summary: 'There is no authority that vouches for the API server’s X-Remote-* headers',
    next: 'Start the API server with --requestheader-client-ca-file, or name the authority with --requestheader-client-ca-file here.',
  },
  KAE_REQUESTHEADER_UNSAFE: {
    exit: 1,
    summary: 'Anybody with a client certificate of the cluster could claim to be anybody',
    next: 'Name the front proxy with --requestheader-allowed-names, or give it an authority of its own.',
  },
  KAE_KEY_FILE_OPEN: {
    exit: 1,
    summary: 'Others can read a private key file',
    next: 'Take the file’s permissions from all but the server’s user: chmod 600 FILE',
  },
  KAE_TLS_FILE_UNUSABLE: {
    exit: 1,
    summary: 'A certificate or key file cannot be used',
    next: 'Check that the file is there, is PEM, and that key and certificate belong together.',
  },
  KAE_SERVER_USAGE: {
    exit: 2,
    summary: 'The server was started with flags that it cannot use',
    next: 'List all flags, with examples: kube-audit-exec-server --help',
  },
  KAE_SERVER_LISTEN: {
    exit: 1,
    summary: 'The server cannot listen on its port',
    next: 'Stop what uses the port, or choose another with --port or --metrics-port.',
  },
} as const satisfies Record<`KAE_${string}`, FaultDefinition>

export const fault = faultsOf(SERVER_FAULTS)
