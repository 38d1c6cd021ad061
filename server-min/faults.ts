import { type FaultDefinition, faultsOf } from '../src/protocol/fault.ts'

/** What the server refuses, to clients of its API and to whoever starts it. */
export const SERVER_FAULTS = {
  KAE_HELLO_INVALID: {
    exit: 1,
    http: 400,
    summary: 'the session’s first message is not what this collector understands',
    next: 'update kube-audit-exec to the version of the cluster’s collector',
  },
  KAE_HELLO_LATE: {
    exit: 1,
    http: 408,
    summary: 'the client opened a stream and did not say what for',
    next: 'try again; if it happens often, look for a proxy that holds messages back',
  },
  KAE_STREAM_VIOLATION: {
    exit: 1,
    http: 400,
    summary: 'the client broke the rules of the session stream',
    next: 'update kube-audit-exec; if that does not help, report it with this message',
  },
  KAE_SESSION_FORBIDDEN: {
    exit: 1,
    http: 403,
    summary: 'this session belongs to somebody else',
    next: 'open a session of your own',
  },
  KAE_SESSION_UNKNOWN: {
    exit: 1,
    http: 404,
    summary: 'the collector knows no such session that could be resumed',
    next: 'start a new session',
  },
  KAE_SESSION_EXISTS: {
    exit: 1,
    http: 409,
    summary: 'a session with this id was opened before',
    next: 'open a session with a new id',
  },
  KAE_SESSION_ENDED: {
    exit: 1,
    http: 410,
    summary: 'the collector has ended this session',
    next: 'start a new session',
  },
  KAE_SESSION_TERMINATED: {
    // EX_NOPERM of sysexits.h: a script can tell it from what the remote command does.
    exit: 77,
    http: 410,
    summary: 'the session was terminated',
    next: 'ask whoever ended it; what you started may still run in the container, for only its connection was closed',
  },
  KAE_SESSION_REPLACED: {
    exit: 1,
    http: 409,
    summary: 'another connection has taken this session over',
    next: 'use the newer connection',
  },
  KAE_RESUME_MISMATCH: {
    exit: 1,
    http: 409,
    summary: 'client and collector do not agree about the record up to here',
    next: 'start a new session, and tell the cluster’s administrators: this should never happen',
  },
  KAE_RECORD_CHANGED: {
    exit: 1,
    http: 409,
    summary: 'a record was sent twice with different bytes',
    next: 'start a new session, and tell the cluster’s administrators: this should never happen',
  },
  KAE_RECORD_REFUSED: {
    exit: 1,
    http: 500,
    summary: 'the log did not take a record, so the session was closed',
    next: 'start a new session; if it happens again, look at the collector’s own log',
  },
  KAE_COLLECTOR_CLOSING: {
    exit: 1,
    http: 503,
    summary: 'the collector is shutting down',
    next: 'try again in a few seconds',
  },
  KAE_COLLECTOR_FULL: {
    exit: 1,
    http: 503,
    summary: 'the collector carries as many sessions as it may',
    next: 'try again later, or ask the cluster’s administrators for a higher limit',
  },
  KAE_CONTAINER_UNRESOLVED: {
    exit: 1,
    http: 422,
    summary: 'the collector cannot look up which container is meant',
    next: 'name the container with -c',
  },
  KAE_POD_NOT_FOUND: {
    exit: 1,
    http: 404,
    summary: 'there is no such pod',
    next: 'check the name and the namespace (-n)',
  },
  KAE_POD_COMPLETED: {
    exit: 1,
    http: 409,
    summary: 'a completed pod runs no commands',
    next: 'choose a pod that is running: kubectl get pods',
  },
  KAE_POD_CONTAINER_UNKNOWN: {
    exit: 1,
    http: 404,
    summary: 'the pod has no such container',
    next: 'name one of the pod’s containers with -c',
  },
  KAE_REQUESTHEADER_MISSING: {
    exit: 1,
    summary: 'there is no authority that vouches for the API server’s X-Remote-* headers',
    next: 'start the API server with --requestheader-client-ca-file, or name the authority with --requestheader-client-ca-file here',
  },
  KAE_REQUESTHEADER_UNSAFE: {
    exit: 1,
    summary: 'anybody with a client certificate of the cluster could claim to be anybody',
    next: 'name the front proxy with --requestheader-allowed-names, or give it an authority of its own',
  },
  KAE_KEY_FILE_OPEN: {
    exit: 1,
    summary: 'others can read a private key file',
    next: 'chmod 600 the file, so that only the server’s user can read it',
  },
  KAE_TLS_FILE_UNUSABLE: {
    exit: 1,
    summary: 'a certificate or key file cannot be used',
    next: 'check that the file is there, is PEM, and that key and certificate belong together',
  },
  KAE_SERVER_USAGE: {
    exit: 2,
    summary: 'the server was started with flags that it cannot use',
    next: 'kube-audit-exec-server --help lists all flags with examples',
  },
  KAE_SERVER_LISTEN: {
    exit: 1,
    summary: 'the server cannot listen on its port',
    next: 'stop what uses the port, or choose another with --port or --metrics-port',
  },
} as const satisfies Record<`KAE_${string}`, FaultDefinition>

export const fault = faultsOf(SERVER_FAULTS)
