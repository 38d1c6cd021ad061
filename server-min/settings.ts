import type { Durability, RecordMode } from '../src/protocol/session.ts'
import type { RequestHeaderFiles } from './api/request-header-files.ts'
import { fault } from './faults.ts'
import { FLAGS, type FlagName, type FlagValues } from './flags.ts'
import type { ServeOptions } from './serve-options.ts'

/** The server's options from its flags. Throws a `Fault` where one has a value that it cannot have. */
export function serveOptions(values: FlagValues): ServeOptions {
  const webhookClientCaFile = values['webhook-client-ca-file']
  const { kubeconfig, 'index-dir': indexDir } = values
  return {
    log: { folder: required(values, 'log-dir') },
    serving: { certFile: required(values, 'tls-cert-file'), keyFile: required(values, 'tls-key-file') },
    requestHeader: requestHeader(values),
    host: required(values, 'host'),
    port: wholeNumber(values, 'port', { least: 0, most: 65_535 }),
    metrics: {
      host: required(values, 'metrics-host'),
      port: wholeNumber(values, 'metrics-port', { least: 0, most: 65_535 }),
    },
    policy: {
      capture: 'client',
      record: oneOf<RecordMode>(values, 'record', ['Input', 'InputOutput']),
      durability: oneOf<Durability>(values, 'durability', ['Strict', 'Line']),
    },
    bypass: { users: list(values, 'bypass-users'), groups: list(values, 'bypass-groups') },
    // A window smaller than one record would never let it through.
    windowBytes: wholeNumber(values, 'window-bytes', { least: 64 * 1024, most: 64 * 1024 * 1024 }),
    resumeMs: 1000 * wholeNumber(values, 'resume-seconds', { least: 1, most: 3600 }),
    drainMs: 1000 * wholeNumber(values, 'drain-seconds', { least: 1, most: 3600 }),
    requestMs: 1000 * wholeNumber(values, 'request-seconds', { least: 1, most: 600 }),
    streamsPerUser: wholeNumber(values, 'streams-per-user', { least: 1, most: 12_000 }),
    readsPerUser: wholeNumber(values, 'reads-per-user', { least: 1, most: 10_000 }),
    reads: wholeNumber(values, 'reads', { least: 1, most: 10_000 }),
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(indexDir === undefined ? {} : { indexDir }),
    ...(webhookClientCaFile === undefined ? {} : { webhookClientCaFile }),
  }
}

function requestHeader(values: FlagValues): ServeOptions['requestHeader'] {
  const caFile = values['requestheader-client-ca-file']
  if (caFile === undefined) {
    return values.kubeconfig === undefined ? {} : { kubeconfig: values.kubeconfig }
  }
  const clientCaFile = values['client-ca-file']
  const files: RequestHeaderFiles = {
    caFile,
    allowedNames: list(values, 'requestheader-allowed-names'),
    usernameHeaders: list(values, 'requestheader-username-headers'),
    uidHeaders: list(values, 'requestheader-uid-headers'),
    groupHeaders: list(values, 'requestheader-group-headers'),
    extraPrefixes: list(values, 'requestheader-extra-headers-prefix'),
  }
  return clientCaFile === undefined ? files : { ...files, clientCaFile }
}

function required(values: FlagValues, name: FlagName): string {
  const value = values[name]
  if (value !== undefined && value !== '') return value
  throw fault('KAE_SERVER_USAGE', { detail: `--${name} (${FLAGS[name].env}) is needed` })
}

const list = (values: FlagValues, name: FlagName): readonly string[] =>
  (values[name] ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

function oneOf<Value extends string>(values: FlagValues, name: FlagName, known: readonly Value[]): Value {
  const found = known.find((value) => value === values[name])
  if (found !== undefined) return found
  throw fault('KAE_SERVER_USAGE', { detail: `--${name} is one of ${known.join(', ')}; received '${values[name]}'` })
}

function wholeNumber(values: FlagValues, name: FlagName, { least, most }: { least: number; most: number }): number {
  const text = required(values, name)
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  throw fault('KAE_SERVER_USAGE', { detail: `--${name} is a number from ${least} to ${most}; received '${text}'` })
}
