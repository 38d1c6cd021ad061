/** The installed collector: log, collector, aggregated API, webhook and monitoring in one running server. */
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { buildApi, setSecureContext } from './api/app.ts'
import { liveTrust } from './api/trust.ts'
import type { Collector } from './collector.ts'
import { jsonLog } from './observe/json-log.ts'
import { createMetrics } from './observe/metrics.ts'
import { SERVE_DEFAULTS, type ServeOptions, type SettledOptions } from './serve-options.ts'
import { closeServer, listen, openLog, reloadEvents, startCollector, startMonitor } from './starting.ts'
import { startReading } from './starting-reading.ts'
import { SERVER_VERSION } from './version.ts'

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

type Undo = Array<() => Promise<unknown> | unknown>

/**
 * Starts a server. Rejects with a `Fault` where it must not run: on a log that cannot be verified or that another process
 * holds, a key that others can read, an API server that could not be recognised.
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const writeLog = options.writeLog ?? jsonLog(process.stderr, () => new Date())
  const settled: SettledOptions = { ...SERVE_DEFAULTS, ...options, writeLog }
  const undo: Undo = []
  try {
    return await start(settled, undo)
  } catch (error) {
    for (const step of undo.reverse()) await step()
    throw error
  }
}

/** Each step that takes hold of something says in `undo` how to let it go, should a later one fail. */
async function start(options: SettledOptions, undo: Undo): Promise<RunningServer> {
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
  const reading = await startReading(options, { collector, log })
  undo.push(reading.close)
  const { streamsPerUser, requestMs, reviewMs } = options
  app = buildApi({
    collector,
    trust,
    draining: () => condition === 'draining',
    version: SERVER_VERSION,
    requestMs,
    reviewMs,
    reading: reading.parts,
    ...(streamsPerUser === undefined ? {} : { streamsPerUser }),
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
