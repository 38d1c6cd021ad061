/**
 * What typing sessions notice of one who reads a long recording as fast as it comes: nothing, is the aim. A reader sits at
 * another machine: so the figure is the one of a reader whose program leaves the server's processors alone.
 */
import { fileURLToPath } from 'node:url'
import { APART } from '../alone/apart.ts'
import type { BuiltRecording } from '../alone/build-recording.ts'
import { startLoad } from '../alone/load-process.ts'
import type { ReadAnswer, ReadOrder } from '../alone/read-load.ts'
import { type LoneServer, startLoneServer } from '../alone/server.ts'
import type { LoadAnswer, LoadOrder } from '../alone/typing-load.ts'
import { type Figures, figuresOf } from '../figures.ts'
import { atMost, type Line } from '../line.ts'
import { mainThreadMs, timeProcess } from '../measure/process.ts'
import { lineOf } from '../report.ts'
import type { Row } from '../row.ts'
import type { Settings } from '../stage.ts'

const RECORDING_BYTES = 100_000_000
/** Keys of few people, so that what one measures is not the queue that the load itself makes. */
const SESSIONS = 4
const THINK_MS = 10

const FORMATS = ['text', 'json', 'records', 'asciicast-v2'] as const

async function build(folder: string): Promise<void> {
  const program = fileURLToPath(new URL('../alone/build-recording.ts', import.meta.url))
  const argv = [process.execPath, program, folder, String(RECORDING_BYTES)]
  const { stdout } = await timeProcess(argv, { env: process.env })
  const { bytes } = JSON.parse(stdout) as BuiltRecording
  if (bytes < RECORDING_BYTES) throw new Error(`the recording has ${bytes} bytes`)
}

async function reading({ quick }: Settings): Promise<Line[]> {
  await using server = await startLoneServer(build)
  const place = { port: server.port, ...server.client }
  await using typing = startLoad<LoadOrder, LoadAnswer>('typing-load.ts', place)
  await using apart = startLoad<ReadOrder, ReadAnswer>('read-load.ts', place, APART)
  await using beside = startLoad<ReadOrder, ReadAnswer>('read-load.ts', place)
  await typing.order({ type: 'open', sessions: SESSIONS })
  const parties = { server, typing, readers: { apart, beside } }
  const lines: Line[] = []
  for (const format of FORMATS) lines.push(...(await compare(parties, format, quick ? 2 : 6)))
  return lines
}

interface Parties {
  readonly server: LoneServer
  readonly typing: { order(order: LoadOrder): Promise<LoadAnswer> }
  readonly readers: Readonly<Record<'apart' | 'beside', { order(order: ReadOrder): Promise<ReadAnswer> }>>
}

const SECONDS = 3

/** Without a reader and with one in turns, so that a busy minute of the machine meets both. */
async function compare(parties: Parties, format: string, rounds: number): Promise<Line[]> {
  const [alone, apart, beside]: [Measured[], Measured[], Measured[]] = [[], [], []]
  for (let round = 0; round < rounds; round += 1) {
    alone.push(await measure(parties, undefined))
    apart.push(await measure(parties, { who: 'apart', format }))
    beside.push(await measure(parties, { who: 'beside', format }))
  }
  const name = `one reads 100 MB as ${format}`
  return [
    ...linesOf(`${name} (by ${APART.join(' ')})`, { alone, read: apart }, true),
    ...linesOf(`${name}, competing for the server's processors`, { alone, read: beside }, false),
  ]
}

interface Compared {
  readonly alone: readonly Measured[]
  readonly read: readonly Measured[]
}

function linesOf(name: string, { alone, read }: Compared, judged: boolean): Line[] {
  const series = (all: readonly Measured[], of: 'median' | 'p99'): number[] => all.map(({ ackMs }) => ackMs[of])
  const rate = figuresOf(read.map(({ megabytesPerSecond }) => megabytesPerSecond)).median
  const busy = (all: readonly Measured[]): string => (100 * figuresOf(all.map((one) => one.busy)).median).toFixed(0)
  const note = `${rate.toFixed(1)} MB/s given; the thread that records: ${busy(alone)} % busy, then ${busy(read)} %`
  return (['median', 'p99'] as const).map((of) => {
    const before = figuresOf(series(alone, of)).median
    const what = { name: `ack ${of}, ${name}`, unit: 'ms', note: `alone ${before.toFixed(2)}; ${note}` } as const
    return lineOf(what, { ours: series(read, of) }, judged ? [atMost('median', Number((1.2 * before).toFixed(2)))] : [])
  })
}

interface Measured {
  readonly ackMs: Figures
  readonly megabytesPerSecond: number
  /** Part of the time that the server's main thread ran. */
  readonly busy: number
}

interface Asked {
  readonly who: keyof Parties['readers']
  readonly format: string
}

async function measure({ server, typing, readers }: Parties, asked: Asked | undefined): Promise<Measured> {
  const reader = asked && readers[asked.who]
  if (asked !== undefined) await reader?.order({ type: 'read', format: asked.format })
  const { pid } = server.process
  const [began, used] = [performance.now(), mainThreadMs(pid)]
  const type = { type: 'type', thinkMs: THINK_MS, seconds: SECONDS, sessions: SESSIONS, server: pid } as const
  const { ackMs, lost } = await typing.order(type)
  const busy = (mainThreadMs(pid) - used) / (performance.now() - began)
  const given = await reader?.order({ type: 'stop' })
  if (ackMs === undefined || lost > 0) throw new Error(`${lost} sessions were lost`)
  return { ackMs, megabytesPerSecond: given === undefined ? 0 : given.megabytes / given.seconds, busy }
}

export const READING_ROW: Row = { id: 'reading', on: 'alone', run: reading }
