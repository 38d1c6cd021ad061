import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Collector } from '../collector.ts'
import type { Observation, Observe } from '../observation.ts'

export interface Metrics {
  readonly observe: Observe
  /** The collector whose state is shown; there is none before the log is open. */
  watch(collector: Collector): void
  readonly contentType: string
  text(): Promise<string>
}

const PREFIX = 'kube_audit_exec_'
/** From an idle NVMe disk to one that is in trouble. */
const COMMIT_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]

/** Prometheus metrics. Labels have a handful of values: never a user, a session, a pod or a namespace. */
export function createMetrics(): Metrics {
  const register = new Registry()
  const registers = [register]
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: PREFIX + name, help, labelNames, registers })
  const gauge = (name: string, help: string) => new Gauge({ name: PREFIX + name, help, registers })
  const instruments = {
    opened: counter('sessions_opened_total', 'Sessions whose open record became durable.'),
    ended: counter('sessions_ended_total', 'Sessions that ended, by reason.', ['reason']),
    resumed: counter('sessions_resumed_total', 'Times that a client came back to its session.'),
    records: counter('records_total', 'Records made durable, decisions among them.'),
    bytes: counter('record_bytes_total', 'Payload bytes made durable.'),
    commit: new Histogram({
      name: `${PREFIX}commit_duration_seconds`,
      help: 'From handing records to the log to their being durable.',
      buckets: COMMIT_BUCKETS,
      registers,
    }),
    queue: gauge('queue_records', 'Records on their way to the disk.'),
    queueBytes: gauge('queue_bytes', 'Payload bytes on their way to the disk.'),
    decisions: counter('admission_decisions_total', 'Answers to admission reviews.', ['decision', 'reason']),
    repeated: counter('admission_denials_repeated_total', 'Denials that a client got again, by another protocol.'),
    errors: counter('errors_total', 'Clients refused, by error code.', ['code']),
    alarms: counter('alarms_total', 'Things that somebody has to look at.', ['alarm']),
  }
  const live = gauge('sessions', 'Sessions that have not ended.')
  const recording = gauge('recording_ready', '1 while new sessions can be recorded.')
  let watched: Collector | undefined
  return {
    observe: (observation) => count(instruments, observation),
    watch(collector) {
      watched = collector
    },
    contentType: register.contentType,
    text() {
      live.set(watched?.sessions ?? 0)
      recording.set(watched?.readiness().recording === true ? 1 : 0)
      return register.metrics()
    },
  }
}

interface Instruments {
  readonly opened: Counter
  readonly ended: Counter
  readonly resumed: Counter
  readonly records: Counter
  readonly bytes: Counter
  readonly commit: Histogram
  readonly queue: Gauge
  readonly queueBytes: Gauge
  readonly decisions: Counter
  readonly repeated: Counter
  readonly errors: Counter
  readonly alarms: Counter
}

function count(to: Instruments, observation: Observation): void {
  switch (observation.type) {
    case 'session-opened':
      return to.opened.inc()
    case 'session-resumed':
      return to.resumed.inc()
    case 'session-detached':
      return
    case 'session-ended':
      return to.ended.inc({ reason: observation.reason })
    case 'queued':
      to.queue.inc(observation.records)
      return to.queueBytes.inc(observation.bytes)
    case 'settled':
      return settle(to, observation)
    case 'decision':
      return to.decisions.inc({ decision: observation.decision, reason: observation.reason })
    case 'denial-repeated':
      return to.repeated.inc()
    case 'refused':
      return to.errors.inc({ code: observation.code })
    case 'alarm':
      return to.alarms.inc({ alarm: observation.alarm })
    default:
      return observation satisfies never
  }
}

function settle(
  to: Instruments,
  { records, bytes, seconds, durable }: Extract<Observation, { type: 'settled' }>,
): void {
  to.queue.dec(records)
  to.queueBytes.dec(bytes)
  if (!durable) return
  to.records.inc(records)
  to.bytes.inc(bytes)
  to.commit.observe(seconds)
}
