/** The installed collector: log, collector, aggregated API, webhook and monitoring in one running server. */
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { SessionPolicy } from '../src/protocol/session.ts'
import type { Bypass } from './admission/decide.ts'
import { buildApi, setSecureContext } from './api/app.ts'
import type { RequestHeaderFiles } from './api/request-header-files.ts'
import { liveTrust } from './api/trust.ts'
import type { Collector } from './collector.ts'
import type { FindPod } from './ingest/pod-lookup.ts'
import type { AppendLog } from './log/append-log.ts'
import { jsonLog, type WriteLog } from './observe/json-log.ts'
import { createMetrics } from './observe/metrics.ts'
import { closeServer, listen, openLog, reloadEvents, startCollector, startMonitor } from './starting.ts'
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
  /** Chooses containers for clients. Without it: by the cluster of the ConfigMap, if that is where trust comes from. */
  readonly findPod?: FindPod
  readonly bypass?: Bypass
  readonly windowBytes?: number
  readonly resumeMs?: number
  /** How often files and the ConfigMap are read again. */
  readonly reloadMs?: number
  readonly drainMs?: number
  readonly reviewMs?: number
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
  reviewMs: 4_000,
} as const

type Undo = Array<() => Promise<unknown> | unknown>
export type Settled = ServeOptions & Required<Pick<ServeOptions, keyof typeof DEFAULTS | 'writeLog'>>

/**
 * Starts a server. Rejects with a `Fault` where it must not run: on a log that cannot be verified or that another process
 * holds, a key that others can read, an API server that could not be recognised.
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const writeLog = options.writeLog ?? jsonLog(process.stderr, () => new Date())
  const settled: Settled = { ...DEFAULTS, ...options, writeLog }
  const undo: Undo = []
  try {
    return await start(settled, undo)
  } catch (error) {
    for (const step of undo.reverse()) await step()
    throw error
  }
}

/** Each step that takes hold of something says in `undo` how to let it go, should a later one fail. */
async function start(options: Settled, undo: Undo): Promise<RunningServer> {
  const metrics = createMetrics()
  let condition: 'starting' | 'ready' | 'draining' = 'starting'
  let collector: Collector | undefined
  let app: FastifyInstance | undefined
  const trust = await liveTrust(options, reloadEvents(options.writeLog, renew))
  undo.push(trust.close)
  const unready = () => (condition === 'ready' ? undefined : condition)
  const recording = () => (collector === undefined ? 'starting' : collector.readiness().reason)
  const monitor = await startMonitor(options.metrics, metrics, { unready, recording })
  undo.push(() => closeServer(monitor))
  const { log, closeLog } = await openLog(options.log)
  undo.push(closeLog)
  collector = await startCollector(options, log, metrics)
  await collector.recovered
  const { windowBytes, reviewMs } = options
  app = buildApi({
    collector,
    trust,
    draining: () => condition === 'draining',
    version: SERVER_VERSION,
    windowBytes,
    reviewMs,
  })
  undo.push(() => app?.close())
  await listen(app, options)
  condition = 'ready'

  function renew(): void {
    if (app !== undefined) setSecureContext(app, trust)
  }
  const drain = async (): Promise<void> => {
    condition = 'draining'
    await collector.drain(options.drainMs)
    for (const step of undo.splice(0).reverse()) await step()
  }
  let closing: Promise<void> | undefined
  const { address, port } = app.server.address() as AddressInfo
  const metricsPort = monitor === undefined ? undefined : (monitor.address() as AddressInfo).port
  const close = (): Promise<void> => {
    closing ??= drain()
    return closing
  }
  return { address, port, metricsPort, collector, failed: log.failed, reload: trust.check, close }
}
