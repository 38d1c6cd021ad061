import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Collector } from '../../../server-min/collector.ts'
import type { Observation } from '../../../server-min/observation.ts'
import { jsonLog, logObserver } from '../../../server-min/observe/json-log.ts'
import { createMetrics } from '../../../server-min/observe/metrics.ts'
import { createMonitor } from '../../../server-min/observe/monitor.ts'
import { idOf } from '../../rig/session-object.ts'

const session = idOf(1)
const settled = { type: 'settled', records: 2, bytes: 100, seconds: 0.003 } as const

const ALL: readonly Observation[] = [
  { type: 'session-opened', session },
  { type: 'session-resumed', session },
  { type: 'session-detached', session },
  { type: 'session-ended', session, reason: 'client-lost' },
  { type: 'queued', records: 5, bytes: 300 },
  { ...settled, durable: true },
  { ...settled, records: 1, bytes: 30, durable: false },
  { type: 'decision', decision: 'allow', reason: 'session', session },
  { type: 'decision', decision: 'deny', reason: 'no-session' },
  { type: 'denial-repeated' },
  { type: 'refused', code: 'KAE_SESSION_FORBIDDEN', session, detail: 'x' },
  { type: 'alarm', alarm: 'disk-full' },
]

/** The metrics of what was observed, by name and labels. */
async function figures(observed: readonly Observation[], collector?: Partial<Collector>): Promise<Map<string, number>> {
  const metrics = createMetrics()
  if (collector !== undefined) metrics.watch(collector as Collector)
  for (const each of observed) metrics.observe(each)
  const lines = (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const [, name = '', value = ''] = /^kube_audit_exec_(.+) (\S+)$/.exec(line) ?? []
      return [name, Number(value)]
    }),
  )
}

describe('metrics', () => {
  test('count what happened, each by its own name', async () => {
    const found = await figures(ALL)
    expect(Object.fromEntries(found)).toMatchObject({
      sessions_opened_total: 1,
      sessions_resumed_total: 1,
      'sessions_ended_total{reason="client-lost"}': 1,
      admission_denials_repeated_total: 1,
      'admission_decisions_total{decision="allow",reason="session"}': 1,
      'admission_decisions_total{decision="deny",reason="no-session"}': 1,
      'errors_total{code="KAE_SESSION_FORBIDDEN"}': 1,
      'alarms_total{alarm="disk-full"}': 1,
    })
  })

  test('count as durable what is durable alone, and let go of the queue in any case', async () => {
    const found = await figures(ALL)
    expect([found.get('records_total'), found.get('record_bytes_total')]).toEqual([2, 100])
    expect([found.get('queue_records'), found.get('queue_bytes')]).toEqual([2, 170])
    expect(found.get('commit_duration_seconds_count')).toBe(1)
    expect(found.get('commit_duration_seconds_bucket{le="0.002"}')).toBe(0)
    expect(found.get('commit_duration_seconds_bucket{le="0.005"}')).toBe(1)
  })

  test.each([
    [undefined, 0, 0],
    [{ sessions: 3, readiness: () => ({ recording: true }) }, 3, 1],
    [{ sessions: 3, readiness: () => ({ recording: false, reason: 'disk-full' }) }, 3, 0],
  ] as const)('say whether sessions can be recorded: %j', async (collector, live, ready) => {
    const found = await figures([], collector as Partial<Collector> | undefined)
    expect([found.get('sessions'), found.get('recording_ready')]).toEqual([live, ready])
  })

  test('name no session', async () => {
    const metrics = createMetrics()
    for (const each of ALL) metrics.observe(each)
    expect(await metrics.text()).not.toContain(session)
  })
})

describe('the server’s own log', () => {
  const logged = (observed: readonly Observation[]) => {
    const stream = new PassThrough()
    const observe = logObserver(jsonLog(stream, () => new Date(0)))
    for (const each of observed) observe(each)
    const text = stream.read()?.toString() ?? ''
    return text
      .split('\n')
      .slice(0, -1)
      .map((line: string) => JSON.parse(line))
  }

  test.each<[Observation, string]>([
    [{ type: 'alarm', alarm: 'bug', detail: 'x' }, 'error'],
    [{ type: 'refused', code: 'KAE_SESSION_FORBIDDEN' }, 'warn'],
    [{ type: 'decision', decision: 'deny', reason: 'no-session' }, 'warn'],
    [{ type: 'decision', decision: 'allow', reason: 'session' }, 'info'],
    [{ type: 'decision', decision: 'bypass', reason: 'group' }, 'warn'],
    [{ type: 'session-opened', session }, 'info'],
    [{ type: 'session-resumed', session }, 'info'],
    [{ type: 'session-detached', session }, 'info'],
    [{ type: 'session-ended', session, reason: 'exited' }, 'info'],
  ])('has %j as %s, with all that it says', (observation, level) => {
    const { type, ...fields } = observation
    expect(logged([observation])).toEqual([{ time: '1970-01-01T00:00:00.000Z', level, message: type, ...fields }])
  })

  test.each<[Observation]>([
    [{ type: 'queued', records: 1, bytes: 1 }],
    [{ ...settled, durable: true }],
    [{ type: 'denial-repeated' }],
  ])('has nothing of what happens with each key: %j', (observation) => expect(logged([observation])).toEqual([]))

  test('is a line for each, whatever stands in a field', () => {
    expect(logged([{ type: 'refused', code: 'X', detail: 'a\nb\x1b[2J' }])).toMatchObject([{ detail: 'a\nb\x1b[2J' }])
  })
})

describe('the port for probes', () => {
  async function ask(path: string, method = 'GET') {
    const unready = { '/readyz': () => undefined, '/readyz/recording': () => 'disk-full' }
    const server = createMonitor({ metrics: createMetrics(), unready })
    onTestFinished(() => void server.close())
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { method })
    const words = await answer.text()
    server.closeAllConnections()
    return [answer.status, words] as const
  }

  test.each([
    ['/readyz', [200, 'ok']],
    ['/readyz?verbose', [200, 'ok']],
    ['/readyz/recording', [503, 'disk-full']],
    ['/', [404, '']],
    ['/toString', [404, '']],
    ['/metrics/', [404, '']],
  ])('answers %s', async (path, expected) => expect(await ask(path)).toEqual(expected))

  test('has the metrics, and takes nothing', async () => {
    const [status, text] = await ask('/metrics')
    expect([status, text.includes('kube_audit_exec_recording_ready 0')]).toEqual([200, true])
    for (const method of ['POST', 'PUT', 'DELETE']) expect(await ask('/metrics', method)).toEqual([405, ''])
    expect((await ask('/metrics', 'HEAD'))[0]).toBe(200)
  })
})
