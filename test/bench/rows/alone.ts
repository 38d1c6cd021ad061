/** Our server alone, on loopback: what it carries, and what it takes for that. */
import { startLoad } from '../alone/load-process.ts'
import type { ReviewAnswer, ReviewOrder } from '../alone/review-load.ts'
import { type LoneServer, startLoneServer } from '../alone/server.ts'
import type { LoadAnswer, LoadOrder } from '../alone/typing-load.ts'
import type { Figures } from '../figures.ts'
import { atLeast, atMost, type Judge, type Line } from '../line.ts'
import { processUse } from '../measure/process.ts'
import { lineOf } from '../report.ts'
import type { Row } from '../row.ts'
import type { Settings } from '../stage.ts'
import { LIBRARY_ROW } from './library.ts'
import { READING_ROW } from './reading.ts'
import { RECOVERY_ROW } from './recovery.ts'
import { WATCHERS_ROW } from './watchers.ts'

const TYPING = [
  { sessions: 10, thinkMs: [100, 0] },
  { sessions: 1_000, thinkMs: [100, 50, 0] },
  { sessions: 10_000, thinkMs: [1_000, 500, 0] },
] as const

type Load = { order(order: LoadOrder): Promise<LoadAnswer> }

/** A new server for each number: sessions that were left wait for their clients, and take memory meanwhile. */
async function typing({ quick }: Settings): Promise<Line[]> {
  const lines: Line[] = []
  for (const { sessions, thinkMs } of TYPING) {
    await using server = await startLoneServer()
    await using load = startLoad<LoadOrder, LoadAnswer>('typing-load.ts', { port: server.port, ...server.client })
    const before = processUse(server.process.pid).residentMiB
    const opened = await load.order({ type: 'open', sessions })
    lines.push(...openLines(server, { sessions, before, opened }))
    const seconds = quick ? 3 : 10
    for (const think of thinkMs) lines.push(...(await type({ load, server }, { sessions, thinkMs: think, seconds })))
  }
  return lines
}

interface Opened {
  readonly sessions: number
  readonly before: number
  readonly opened: LoadAnswer
}

function openLines({ process: server }: LoneServer, { sessions, before, opened }: Opened): Line[] {
  if (sessions < 10_000) return []
  const { residentMiB } = processUse(server.pid)
  const judges: Judge[] = [atMost('median', 1024)]
  const note = `${before.toFixed(0)} MiB with none`
  const rate = sessions / opened.seconds
  return [
    lineOf({ name: `memory, ${sessions} open sessions`, unit: 'MiB', note }, { ours: [residentMiB] }, judges),
    lineOf({ name: `opening ${sessions} sessions`, unit: '/s' }, { ours: [rate] }),
  ]
}

async function type(
  { load, server }: { readonly load: Load; readonly server: LoneServer },
  order: Omit<LoadOrder & { type: 'type' }, 'type' | 'server'>,
): Promise<Line[]> {
  const { sessions, thinkMs, seconds } = order
  const answer = await load.order({ type: 'type', ...order, server: server.process.pid })
  const { ackMs, lost, processors } = answer
  if (ackMs === undefined || lost > 0) throw new Error(`${lost} sessions were lost`)
  const offered = thinkMs === 0 ? 'flat out' : `${((sessions * 1000) / thinkMs).toFixed(0)}/s offered`
  const name = `${sessions} typing, ${offered}`
  const note = `processors: server ${processors.server.toFixed(2)}, load ${processors.load.toFixed(2)}`
  const judges = thinkMs === 0 && sessions >= 1_000 ? [atLeast('median', 20_000)] : []
  const rates = lineOf({ name: `${name}: durable frames`, unit: '/s', note }, { ours: [answer.keys / seconds] }, judges)
  return [rates, measuredElsewhere(`${name}: ack`, ackMs, thinkMs === 0 ? [] : [atMost('p99', 25)])]
}

/** Another process has summed it up already. */
function measuredElsewhere(name: string, ours: Figures, judges: readonly Judge[]): Line {
  const figures = { ours }
  return { ...lineOf({ name, unit: 'ms' }, {}), figures, verdicts: judges.flatMap((judge) => judge(figures)) }
}

/** Each review finds its own session open and unused, which is recorded durably before the answer. */
async function webhook({ quick }: Settings): Promise<Line[]> {
  const lines: Line[] = []
  const seconds = quick ? 3 : 5
  for (const { open, rates } of [
    { open: 2_000, rates: [200] },
    { open: 10_000, rates: [200, 1_000] },
  ]) {
    await using server = await startLoneServer()
    const place = { port: server.port, ...server.client }
    await using sessions = startLoad<LoadOrder, LoadAnswer>('typing-load.ts', place)
    await sessions.order({ type: 'open', sessions: open })
    await using reviews = startLoad<ReviewOrder, ReviewAnswer>('review-load.ts', place)
    let from = 0
    for (const rate of rates) {
      // The first second does not count.
      await reviews.order({ rate, seconds: 1, from })
      from += rate
      const answer = await reviews.order({ rate, seconds, from })
      from += rate * seconds
      lines.push(reviewLine(answer, { rate, open }))
    }
  }
  return lines
}

function reviewLine(answer: ReviewAnswer, { rate, open }: { readonly rate: number; readonly open: number }): Line {
  if (answer.allowed !== answer.reviews) throw new Error(`${answer.allowed} of ${answer.reviews} reviews were allowed`)
  const name = `webhook, ${rate} reviews/s, ${open} open sessions`
  return measuredElsewhere(name, answer.ms, rate === 200 ? [atMost('p99', 10)] : [])
}

export const ALONE_ROWS: readonly Row[] = [
  { id: 'typing', on: 'alone', run: typing },
  { id: 'webhook', on: 'alone', run: webhook },
  RECOVERY_ROW,
  READING_ROW,
  WATCHERS_ROW,
  LIBRARY_ROW,
]
