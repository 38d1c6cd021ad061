/** The steps of a start, each with its own fault. */
import type { Server } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { SourceEvents } from './api/authority-source.ts'
import { podsOfCluster } from './api/pods-cluster.ts'
import { type Collector, createCollector } from './collector.ts'
import { fault } from './faults.ts'
import type { FindPod } from './ingest/pod-lookup.ts'
import type { AppendLog, LogPlaces } from './log/append-log.ts'
import { openFileLog } from './log/file-log.ts'
import { logObserver, type WriteLog } from './observe/json-log.ts'
import type { Metrics } from './observe/metrics.ts'
import { createMonitor } from './observe/monitor.ts'
import type { SettledOptions } from './serve-options.ts'

export function reloadEvents(writeLog: WriteLog, renew: () => void): SourceEvents {
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

export async function openLog(
  log: SettledOptions['log'],
): Promise<{ readonly log: AppendLog & Partial<LogPlaces>; readonly closeLog: () => Promise<void> }> {
  if (!('folder' in log)) return { log, closeLog: () => Promise.resolve() }
  const opened = await openFileLog({ folder: log.folder, now: Date.now })
  return { log: opened, closeLog: () => opened.close() }
}

export async function startCollector(options: SettledOptions, log: AppendLog, metrics: Metrics): Promise<Collector> {
  const { windowBytes, resumeMs, policy, bypass = { users: [], groups: [] }, writeLog } = options
  const toLog = logObserver(writeLog)
  const findPod = options.findPod ?? (await podsFrom(options.requestHeader))
  const collector = createCollector({
    log,
    bypass,
    windowBytes,
    resumeMs,
    ...(policy === undefined ? {} : { policy }),
    ...(findPod === undefined ? {} : { findPod }),
    observe(observation) {
      metrics.observe(observation)
      toLog(observation)
    },
  })
  metrics.watch(collector)
  return collector
}

async function podsFrom(source: SettledOptions['requestHeader']): Promise<FindPod | undefined> {
  return 'caFile' in source ? undefined : podsOfCluster(source.kubeconfig)
}

interface Checks {
  readonly unready: () => string | undefined
  readonly recording: () => string | undefined
}

export async function startMonitor(
  place: SettledOptions['metrics'],
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

export async function listen(app: FastifyInstance, { host, port }: SettledOptions): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    throw fault('KAE_SERVER_LISTEN', { detail: cause instanceof Error ? cause.message : String(cause), cause })
  }
}

export const closeServer = (server: Server | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (server === undefined) return resolve()
    server.close(() => resolve())
    server.closeAllConnections()
  })
