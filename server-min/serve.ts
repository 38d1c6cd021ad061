/** The installed collector: log, collector, aggregated API, webhook and monitoring in one running server. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { SessionPolicy } from '../src/protocol/session.ts'
import type { Bypass } from './admission/decide.ts'
import { buildApi, setSecureContext } from './api/app.ts'
import type { RequestHeaderSource, SourceEvents } from './api/authority-source.ts'
import { clusterReader, requestHeaderFromCluster } from './api/request-header-cluster.ts'
import { type RequestHeaderFiles, requestHeaderFromFiles } from './api/request-header-files.ts'
import { type Collector, createCollector } from './collector.ts'
import { fault } from './faults.ts'
import type { AppendLog } from './log/append-log.ts'
import { openFileLog } from './log/file-log.ts'
import { jsonLog, logObserver, type WriteLog } from './observe/json-log.ts'
import { createMetrics, type Metrics } from './observe/metrics.ts'
import { createMonitor } from './observe/monitor.ts'
import { liveCredentials } from './tls/credentials.ts'
import type { ServingFiles } from './tls/serving-pair.ts'
import { SERVER_VERSION } from './version.ts'

export interface ServeOptions {
  /** An open log, which stays open when the server closes; or the folder of one. */
  readonly log: AppendLog | { readonly folder: string }
  readonly serving: ServingFiles
  /** How the API server is recognised. Without files: by the cluster's ConfigMap. */
  readonly requestHeader: RequestHeaderFiles | { readonly kubeconfig?: string }
  /** Its certificates alone may ask for admission. Absent: anybody who reaches the port. */
  readonly webhookClientCaFile?: string
  /** `127.0.0.1` by default. */
  readonly host?: string
  /** 0, the default: any free port. */
  readonly port?: number
  /** Plain HTTP for metrics and probes; absent: none. */
  readonly metrics?: { readonly host: string; readonly port: number }
  readonly policy?: SessionPolicy
  readonly bypass?: Bypass
  readonly windowBytes?: number
  readonly resumeMs?: number
  /** How often files and the ConfigMap are read again. */
  readonly reloadMs?: number
  readonly drainMs?: number
  /** Where the server's own log goes: JSON lines on stderr by default. */
  readonly writeLog?: WriteLog
}

export interface RunningServer {
  readonly address: string
  readonly port: number
  readonly metricsPort: number | undefined
  readonly collector: Collector
  /** The log failed for good: whoever runs the server has to start it anew. Never rejects. */
  readonly failed: Promise<Error>
  /** Looks at all files now, in place of at the next time. */
  reload(): Promise<void>
  /** Tells readiness first, then lets clients go, waits for the disk, and stops. Called twice, it is one close. */
  close(): Promise<void>
}

const DEFAULTS = {
  host: '127.0.0.1',
  port: 0,
  windowBytes: 1024 * 1024,
  resumeMs: 30_000,
  reloadMs: 10_000,
  drainMs: 10_000,
} as const

type Settled = ServeOptions & Required<Pick<ServeOptions, keyof typeof DEFAULTS | 'writeLog'>>

/**
 * Starts a server. Rejects with a `Fault` where it must not run: on a log that cannot be verified or that another process
 * holds, a key that others can read, an API server that could not be recognised.
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const writeLog = options.writeLog ?? jsonLog(process.stderr, () => new Date())
  const settled: Settled = { ...DEFAULTS, ...options, writeLog }
  const undo: Array<() => Promise<unknown> | unknown> = []
  try {
    return await start(settled, undo)
  } catch (error) {
    for (const step of undo.reverse()) await step()
    throw error
  }
}

/** Each step that takes hold of something says in `undo` how to let it go, should a later one fail. */
async function start(options: Settled, undo: Array<() => Promise<unknown> | unknown>): Promise<RunningServer> {
  const { reloadMs, writeLog } = options
  const metrics = createMetrics()
  let condition: 'starting' | 'ready' | 'draining' = 'starting'
  let collector: Collector | undefined
  const unready = () => (condition === 'ready' ? undefined : condition)
  const events = reloadEvents(writeLog, () => renew())
  const credentials = await liveCredentials(credentialFiles(options), reloadMs, events)
  undo.push(() => credentials.close())
  const source = await requestHeaderSource(options, events)
  undo.push(() => source.close())
  const recording = () => (collector === undefined ? 'starting' : collector.readiness().reason)
  const monitor = await startMonitor(options, metrics, { unready, recording })
  undo.push(() => closeServer(monitor))
  const { log, closeLog } = await openLog(options)
  undo.push(closeLog)
  collector = startCollector(options, log, metrics)
  await collector.recovered
  const app = buildApi({
    collector,
    pair: credentials.current.pair,
    clientAuthorities: clientAuthorities(),
    requestHeader: () => source.current,
    webhookAuthorities: () => credentials.current.webhook?.authorities,
    draining: () => condition === 'draining',
    version: SERVER_VERSION,
    windowBytes: options.windowBytes,
  })
  undo.push(() => app.close())
  await listen(app, options)
  condition = 'ready'

  function clientAuthorities(): string {
    return `${source.current.ca}\n${credentials.current.webhook?.pem ?? ''}`
  }
  function renew(): void {
    setSecureContext(app, credentials.current.pair, clientAuthorities())
  }
  const drain = async (): Promise<void> => {
    condition = 'draining'
    await collector.drain(options.drainMs)
    for (const step of undo.splice(0).reverse()) await step()
  }
  let closing: Promise<void> | undefined
  const { address, port } = app.server.address() as AddressInfo
  return {
    address,
    port,
    metricsPort: monitor === undefined ? undefined : (monitor.address() as AddressInfo).port,
    collector,
    failed: log.failed,
    reload: async () => {
      await Promise.all([credentials.check(), source.check()])
    },
    close: () => {
      closing ??= drain()
      return closing
    },
  }
}

const credentialFiles = ({ serving, webhookClientCaFile }: Settled) =>
  webhookClientCaFile === undefined ? { serving } : { serving, webhookClientCaFile }

function reloadEvents(writeLog: WriteLog, renew: () => void): SourceEvents {
  return {
    changed() {
      renew()
      writeLog('info', 'certificates or authorities were read again')
    },
    failed(error) {
      writeLog('error', 'what changed cannot be used; the last good one stays', { error: String(error) })
    },
  }
}

async function requestHeaderSource(
  { requestHeader, reloadMs }: Settled,
  events: SourceEvents,
): Promise<RequestHeaderSource> {
  if ('caFile' in requestHeader) return requestHeaderFromFiles(requestHeader, reloadMs, events)
  return requestHeaderFromCluster(await clusterReader(requestHeader.kubeconfig), reloadMs, events)
}

async function openLog({ log }: Settled): Promise<{ readonly log: AppendLog; readonly closeLog: () => Promise<void> }> {
  if (!('folder' in log)) return { log, closeLog: () => Promise.resolve() }
  const opened = await openFileLog({ folder: log.folder, now: Date.now })
  return { log: opened, closeLog: () => opened.close() }
}

function startCollector(options: Settled, log: AppendLog, metrics: Metrics): Collector {
  const { windowBytes, resumeMs, policy, bypass = { users: [], groups: [] }, writeLog } = options
  const toLog = logObserver(writeLog)
  const collector = createCollector({
    log,
    bypass,
    windowBytes,
    resumeMs,
    ...(policy === undefined ? {} : { policy }),
    observe(observation) {
      metrics.observe(observation)
      toLog(observation)
    },
  })
  metrics.watch(collector)
  return collector
}

interface Checks {
  readonly unready: () => string | undefined
  readonly recording: () => string | undefined
}

async function startMonitor(
  { metrics: place }: Settled,
  metrics: Metrics,
  { unready, recording }: Checks,
): Promise<Server | undefined> {
  if (place === undefined) return undefined
  const alive = () => undefined
  const checks = { '/healthz': alive, '/livez': alive, '/readyz': unready, '/readyz/recording': recording }
  const server = createMonitor({ metrics, unready: checks })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(fault('KAE_SERVER_LISTEN', { detail: cause.message, cause })))
    server.listen(place.port, place.host, resolve)
  })
  return server
}

async function listen(app: FastifyInstance, { host, port }: Settled): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    throw fault('KAE_SERVER_LISTEN', { detail: cause instanceof Error ? cause.message : String(cause), cause })
  }
}

const closeServer = (server: Server | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (server === undefined) return resolve()
    server.close(() => resolve())
    server.closeAllConnections()
  })
