/**
 * What 50 watchers cost the session that they watch: nothing measurable, is the aim.
 *
 * One session is typed in over TLS. In turns nobody watches it, nobody again, 50 do, and 50 do whose program competes with
 * the server for its processors. Watchers sit at machines of their own: so the third is judged, whose program runs only where
 * a processor has nothing else to do. The fourth is printed beside it.
 *
 * It is typed at two paces: as a key repeats that is held down, which is as fast as a person's terminal is typed in, and ten
 * times as fast, where what is given to the watchers of one key meets the next ones.
 *
 * "Nothing measurable", decided before the first run: of the rounds' ratios 50 ÷ nobody (the mean of the round's two), the
 * median is not above the p90 of the ratios of the two with nobody. At the fast pace it is to hold for the median of a turn's
 * acks and for their p99. At the other, where a turn has some 150 keys and its p99 would be one key's: for the median and the
 * p90, and the p99 of all keys is to be at most 1.25 times the greater one of the two with nobody. Added before the first run
 * on a quiet machine: where two turns with nobody differ by more than `TELLING`, the run shows nothing.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { APART } from '../alone/apart.ts'
import { startLoad } from '../alone/load-process.ts'
import { type LoneServer, startLoneServer } from '../alone/server.ts'
import type { Typed, TypistOrder } from '../alone/typist.ts'
import type { Seen, WatchOrder } from '../alone/watch-load.ts'
import { figuresOf } from '../figures.ts'
import { atMost, type Judge, type Line } from '../line.ts'
import { mainThreadMs } from '../measure/process.ts'
import { lineOf } from '../report.ts'
import type { Row } from '../row.ts'
import type { Settings } from '../stage.ts'

const WATCHERS = 50

interface Pace {
  readonly name: string
  readonly thinkMs: number
  readonly turnMs: number
  /** Of a turn's acks; judged. */
  readonly quantiles: readonly Quantile[]
  /** How much greater the p99 of all may be. */
  readonly overall?: number
}

const HELD: Pace = {
  name: 'a held key',
  thinkMs: 33,
  turnMs: 5_000,
  quantiles: ['median', 'p90'],
  overall: 1.25,
}
const FAST: Pace = { name: '280 keys a second', thinkMs: 3, turnMs: 1_500, quantiles: ['median', 'p99'] }

/** Between two turns: whoever came or left is no part of what is measured. */
const CALM_MS = 100

/** So far two turns with nobody may be apart (p90): else a cost that a person feels would pass. */
const TELLING = { median: 1.25, p90: 1.5, p99: 2 } as const
type Quantile = keyof typeof TELLING

const TURNS = ['nobody', 'nobody again', 'watched', 'watched beside'] as const
type Turn = (typeof TURNS)[number]

interface Taken {
  readonly ackMs: readonly number[]
  /** Until the last of all watchers had a record. */
  readonly lateMs: readonly number[]
  /** Of the server's main thread. */
  readonly processorMs: number
}

type Watchers = { order(order: WatchOrder): Promise<readonly Seen[]> }

type Round = Readonly<Record<Turn, Taken>>

interface Parties {
  readonly server: LoneServer
  readonly typist: { order(order: TypistOrder): Promise<readonly Typed[]> }
  readonly watchers: Readonly<Partial<Record<Turn, Watchers>>>
}

async function watchers({ quick }: Settings): Promise<Line[]> {
  await using server = await startLoneServer()
  const place = { port: server.port, ...server.client }
  await using typist = startLoad<TypistOrder, readonly Typed[]>('typist.ts', place)
  await using apart = startLoad<WatchOrder, readonly Seen[]>('watch-load.ts', place, APART)
  await using beside = startLoad<WatchOrder, readonly Seen[]>('watch-load.ts', place)
  const parties = { server, typist, watchers: { watched: apart, 'watched beside': beside } }
  const lines: Line[] = []
  for (const pace of [HELD, FAST]) {
    // Code that was never run is compiled, and does not count.
    for (const turn of TURNS) await take(parties, pace, turn)
    const rounds: Round[] = []
    for (let round = 0; round < (quick ? 8 : 24); round += 1) rounds.push(await takeRound(parties, pace, round))
    lines.push(...linesOf(rounds, pace))
  }
  return lines
}

/** No turn is always first, and none always behind the same. */
async function takeRound(parties: Parties, pace: Pace, round: number): Promise<Round> {
  const taken: Partial<Record<Turn, Taken>> = {}
  const order = round % 2 === 0 ? TURNS : TURNS.toReversed()
  for (const at of order.keys()) {
    const turn = order[(at + (round >> 1)) % order.length] as Turn
    taken[turn] = await take(parties, pace, turn)
  }
  return taken as Round
}

async function take({ server, typist, watchers }: Parties, { thinkMs, turnMs }: Pace, turn: Turn): Promise<Taken> {
  const those = watchers[turn]
  const fromSeq = (await typist.order({ type: 'take', thinkMs })).at(-1)?.seq ?? 0
  await those?.order({ type: 'watch', watchers: WATCHERS, fromSeq })
  await pause(CALM_MS)
  await typist.order({ type: 'take', thinkMs })
  const before = mainThreadMs(server.process.pid)
  await pause(turnMs)
  const processorMs = mainThreadMs(server.process.pid) - before
  const typed = await typist.order({ type: 'take', thinkMs })
  const lastSeq = typed.at(-1)?.seq ?? 0
  const seen = new Map((await those?.order({ type: 'leave', lastSeq }))?.map(({ seq, at }) => [seq, at]))
  await pause(CALM_MS)
  if (those !== undefined && typed.some(({ seq }) => !seen.has(seq))) throw new Error('a watcher missed a record')
  const lateMs = typed.flatMap(({ seq, sentAt }) => (seen.get(seq) ?? Number.NaN) - sentAt)
  return { ackMs: typed.map(({ ackMs }) => ackMs), lateMs, processorMs }
}

const WHO = {
  watched: `${WATCHERS} watch (by ${APART.join(' ')})`,
  'watched beside': `${WATCHERS} watch, competing for the server's processors`,
} as const

function linesOf(rounds: readonly Round[], pace: Pace): Line[] {
  const all = (turn: Turn, of: 'ackMs' | 'lateMs'): number[] => rounds.flatMap((round) => round[turn][of])
  const { watched, 'watched beside': beside } = WHO
  const [nobody, again] = [all('nobody', 'ackMs'), all('nobody again', 'ackMs')]
  const slowest = Math.max(figuresOf(nobody).p99, figuresOf(again).p99)
  const overall = pace.overall === undefined ? [] : [atMost('p99', Number((pace.overall * slowest).toFixed(2)))]
  const at = `${pace.name}:`
  return [
    lineOf({ name: `${at} ack, nobody watches`, unit: 'ms' }, { ours: nobody }),
    lineOf({ name: `${at} ack, nobody again`, unit: 'ms' }, { ours: again }),
    lineOf({ name: `${at} ack, ${watched}`, unit: 'ms' }, { ours: all('watched', 'ackMs') }, overall),
    lineOf({ name: `${at} ack, ${beside}`, unit: 'ms' }, { ours: all('watched beside', 'ackMs') }),
    ...pace.quantiles.flatMap((of) => ratioLines(rounds, pace, of)),
    lineOf({ name: `${at} all have it, ${watched}`, unit: 'ms' }, { ours: all('watched', 'lateMs') }),
    // Here they have a processor when something comes, as at machines of their own.
    lineOf({ name: `${at} all have it, ${beside}`, unit: 'ms' }, { ours: all('watched beside', 'lateMs') }, [
      atMost('p99', 50),
    ]),
    processorLine(rounds, pace),
  ]
}

function ratioLines(rounds: readonly Round[], pace: Pace, of: Quantile): Line[] {
  const at = (round: Round, turn: Turn): number => figuresOf(round[turn].ackMs)[of]
  const nobody = (round: Round): number => Math.sqrt(at(round, 'nobody') * at(round, 'nobody again'))
  const ratios = (turn: Turn): number[] => rounds.map((round) => at(round, turn) / nobody(round))
  // Both ways: which of the two comes first says nothing.
  const none = rounds.flatMap((round) => {
    const ratio = at(round, 'nobody again') / at(round, 'nobody')
    return [ratio, 1 / ratio]
  })
  const judge = nothingMeasurable(figuresOf(none).p90, of)
  const [name, unit] = [`${pace.name}: ack ${of} of a turn`, 'times'] as const
  return [
    lineOf({ name: `${name}, nobody ÷ nobody`, unit }, { ours: none }),
    lineOf({ name: `${name}, ${WHO.watched} ÷ nobody`, unit }, { ours: ratios('watched') }, [judge]),
    lineOf({ name: `${name}, ${WHO['watched beside']} ÷ nobody`, unit }, { ours: ratios('watched beside') }),
  ]
}

const nothingMeasurable =
  (bound: number, of: Quantile): Judge =>
  ({ ours }) => {
    if (ours === undefined) return []
    const isTelling = bound <= TELLING[of]
    const aim = `nothing measurable: median ≤ ${bound.toFixed(2)}, the p90 of nobody ÷ nobody`
    const was = isTelling ? ours.median.toFixed(2) : `too noisy to tell: that p90 is above ${TELLING[of]}`
    return [{ aim, was, met: isTelling && ours.median <= bound }]
  }

/** It holds where others use the machine too: the kernel counts what this thread took. */
function processorLine(rounds: readonly Round[], { name: at, turnMs }: Pace): Line {
  const each = rounds.map((round) => {
    const nobody = (round.nobody.processorMs + round['nobody again'].processorMs) / 2
    return (1000 * (round.watched.processorMs - nobody)) / round.watched.ackMs.length / WATCHERS
  })
  const busy = (turn: Turn): string =>
    ((100 * figuresOf(rounds.map((round) => round[turn].processorMs)).median) / turnMs).toFixed(1)
  const name = `${at}: processor time of the thread that records, for a key and a watcher`
  const note = `it is ${busy('nobody')} % busy with nobody, ${busy('watched')} % with ${WATCHERS}`
  return lineOf({ name, unit: 'µs', note }, { ours: each })
}

export const WATCHERS_ROW: Row = { id: 'watchers', on: 'alone', run: watchers }
