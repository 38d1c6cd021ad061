/** What a typing session notices of those who read: nothing, is the aim. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BuiltRecording } from '../alone/build-recording.ts'
import { startLoad } from '../alone/load-process.ts'
import type { ReadAnswer, ReadOrder } from '../alone/read-load.ts'
import { type LoneServer, startLoneServer } from '../alone/server.ts'
import type { LoadAnswer, LoadOrder } from '../alone/typing-load.ts'
import { type Figures, figuresOf } from '../figures.ts'
import { atMost, type Line } from '../line.ts'
import { timeProcess } from '../measure/process.ts'
import { lineOf } from '../report.ts'
import type { Row } from '../row.ts'
import type { Settings } from '../stage.ts'

const RECORDING_BYTES = 100_000_000
/** Keys of few people, so that what one measures is not the queue that the load itself makes. */
const SESSIONS = 4
const THINK_MS = 10

interface Reading {
  readonly name: string
  readonly order: Exclude<ReadOrder, { type: 'stop' }>
}

const READINGS: readonly Reading[] = [
  ...['text', 'json', 'records', 'asciicast-v2'].map(
    (format): Reading => ({
      name: `one reads 100 MB as ${format}`,
      order: { type: 'read', phase: 'Ended', format, readers: 1 },
    }),
  ),
  { name: '50 watch it as text', order: { type: 'follow', format: 'text', readers: 50 } },
  { name: '50 watch it as records', order: { type: 'follow', format: 'records', readers: 50 } },
]

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
  await using readers = startLoad<ReadOrder, ReadAnswer>('read-load.ts', place)
  await typing.order({ type: 'open', sessions: SESSIONS })
  const parties = { server, typing, readers }
  const lines: Line[] = []
  for (const each of READINGS) lines.push(...(await compare(parties, each, quick ? 3 : 6)))
  return lines
}

interface Parties {
  readonly server: LoneServer
  readonly typing: { order(order: LoadOrder): Promise<LoadAnswer> }
  readonly readers: { order(order: ReadOrder): Promise<ReadAnswer> }
}

const SECONDS = 3

/** Without readers and with them in turns, so that a busy minute of the machine meets both. */
async function compare(parties: Parties, { name, order }: Reading, rounds: number): Promise<Line[]> {
  const [alone, read]: [Measured[], Measured[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    alone.push(await measure(parties, undefined))
    read.push(await measure(parties, order))
  }
  const series = (all: readonly Measured[], of: 'median' | 'p99'): number[] => all.map(({ ackMs }) => ackMs[of])
  const rate = figuresOf(read.map(({ megabytesPerSecond }) => megabytesPerSecond)).median
  const busy = (all: readonly Measured[]): string => (100 * figuresOf(all.map((one) => one.busy)).median).toFixed(0)
  const note = `${rate.toFixed(1)} MB/s given; the thread that records: ${busy(alone)} % busy, then ${busy(read)} %`
  return (['median', 'p99'] as const).map((of) => {
    const before = figuresOf(series(alone, of)).median
    const what = { name: `ack ${of}, ${name}`, unit: 'ms', note: `alone ${before.toFixed(2)}; ${note}` } as const
    return lineOf(what, { ours: series(read, of) }, [atMost('median', Number((1.2 * before).toFixed(2)))])
  })
}

interface Measured {
  readonly ackMs: Figures
  readonly megabytesPerSecond: number
  /** Part of the time that the server's main thread ran. */
  readonly busy: number
}

async function measure({ server, typing, readers }: Parties, order: ReadOrder | undefined): Promise<Measured> {
  if (order !== undefined) await readers.order(order)
  const { pid } = server.process
  const [began, used] = [performance.now(), mainThreadSeconds(pid)]
  const type = { type: 'type', thinkMs: THINK_MS, seconds: SECONDS, sessions: SESSIONS, server: pid } as const
  const { ackMs, lost } = await typing.order(type)
  const busy = (mainThreadSeconds(pid) - used) / ((performance.now() - began) / 1000)
  const given = order === undefined ? undefined : await readers.order({ type: 'stop' })
  if (ackMs === undefined || lost > 0) throw new Error(`${lost} sessions were lost`)
  return { ackMs, megabytesPerSecond: given === undefined ? 0 : given.megabytes / given.seconds, busy }
}

/** User and system time of a process's first thread (proc(5), fields 14 and 15, in ticks of 10 ms). */
function mainThreadSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

export const READING_ROW: Row = { id: 'reading', on: 'alone', run: reading }
