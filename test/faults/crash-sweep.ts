/** A fault at every system call by which a run changes the log's folder. */
import { availableParallelism } from 'node:os'
import type { Durability } from '../../src/protocol/session.ts'
import { type CrashRig, type CrashRun, SWEPT } from './crash-rig.ts'
import type { Call } from './strace.ts'
import { SUBJECT_EXIT } from './subject-order.ts'

export type Start = 'fresh' | 'torn'

export interface SweepPoint {
  readonly on: Start
  readonly syscall: string
  readonly nth: number
  readonly fault: string
}

export const FAULTS = {
  kill: 'signal=KILL',
  EIO: 'error=EIO',
  ENOSPC: 'error=ENOSPC',
  EINTR: 'error=EINTR',
} as const

/** All points of a run. `short` is a write that is done by half. */
export function pointsOf(on: Start, calls: readonly Call[]): SweepPoint[] {
  const points: SweepPoint[] = []
  // Node's thread for files. SQLite makes and syncs its journal of the lock in the main thread; nothing depends on that.
  const files = calls.find(({ name }) => name === 'pwrite64')?.thread
  for (const syscall of SWEPT) {
    const count = calls.filter(({ name, thread }) => name === syscall && thread === files).length
    const faults =
      syscall === 'pread64' ? ['EIO'] : [...Object.keys(FAULTS), ...(syscall === 'pwrite64' ? ['short'] : [])]
    for (let nth = 1; nth <= count; nth++) for (const fault of faults) points.push({ on, syscall, nth, fault })
  }
  return points
}

export async function runPoint(rig: CrashRig, { on, syscall, nth, fault }: SweepPoint): Promise<CrashRun> {
  if (fault === 'short') return rig.run(on, { shortWrite: nth })
  return rig.run(on, { injection: { syscall, what: FAULTS[fault as keyof typeof FAULTS], when: nth } })
}

/** What is wrong with a run of this point. */
export function verdictOf(point: SweepPoint, run: CrashRun): string[] {
  const wrong = [...run.wrong, ...ackedBeforeSync(run.calls, run.durability)]
  const endured = point.fault === 'EINTR' || point.fault === 'short'
  const endings: Array<number | string | null> = endured
    ? [SUBJECT_EXIT.finished]
    : point.fault === 'kill'
      ? ['SIGKILL']
      : [SUBJECT_EXIT.finished, SUBJECT_EXIT.fault]
  if (!endings.includes(run.signal ?? run.status)) wrong.push(`it ended with ${run.signal ?? run.status} ${run.stderr}`)
  if (!endured) wrong.push(...syncedAgain(run.calls))
  return wrong.map((words) => `${point.fault} at ${point.syscall} ${point.nth} (${point.on}): ${words}`)
}

/**
 * The order of system calls that I1 asks for: whatever was written to a segment is synced before the witness, which writes
 * a line for each ack and each byte of the container, hears of it. Under `Line` that is asked of acks alone: what was
 * forwarded is compared with the log (see recovered.ts). Zeros are room made ahead, not records.
 */
export function ackedBeforeSync(calls: readonly Call[], durability: Durability = 'Strict'): string[] {
  const wrong: string[] = []
  for (const told of calls.filter(durability === 'Strict' ? isTold : isAck)) {
    const written = calls.findLast(
      ({ began, name, text }) => began < told.began && name === 'pwrite64' && isBatch(text),
    )
    if (written === undefined) continue
    const synced = calls.some(
      ({ name, began, ended, text }) =>
        name === 'fdatasync' && began > written.began && ended !== undefined && ended < told.began && / = 0/.test(text),
    )
    if (!synced) wrong.push(`told before the sync: ${told.text} after ${written.text}`)
  }
  return wrong
}

/** The witness's lines of acks (a) and forwarded input (f). */
const isTold = ({ name, text }: Call): boolean => name === 'write' && /"\\x0a\\x(61|66)\\x20/.test(text)

const isAck = ({ name, text }: Call): boolean => name === 'write' && /"\\x0a\\x61\\x20/.test(text)

const isBatch = (text: string): boolean => /segment-\d+\.log/.test(unescaped(text)) && !/, "(\\x00)+"/.test(text)

/** strace escapes paths as well. */
const unescaped = (text: string): string =>
  text.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** A file whose sync failed, and that was synced again. */
export function syncedAgain(calls: readonly Call[]): string[] {
  const failed = calls.find(({ name, injected }) => injected && /^f(data)?sync$/.test(name))
  if (failed === undefined) return []
  const descriptor = /\((\d+<[^>]*>)/.exec(failed.text)?.[1] ?? ''
  const again = calls.filter(
    ({ name, thread, began, text }) =>
      thread === failed.thread && began > failed.began && name === failed.name && text.includes(`(${descriptor}`),
  )
  return again.map(({ text }) => `synced again after its sync failed: ${text}`)
}

export interface SweepReport {
  readonly points: number
  readonly runs: number
  /** Points whose fault did not happen, since the program did not come there. */
  readonly missed: readonly SweepPoint[]
  readonly wrong: readonly string[]
}

/** Runs all points, on all processors. */
export async function sweep(rig: CrashRig, points: readonly SweepPoint[]): Promise<SweepReport> {
  const waiting = [...points]
  const [missed, wrong]: [SweepPoint[], string[]] = [[], []]
  let runs = 0
  const worker = async (): Promise<void> => {
    for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
      const run = await runPoint(rig, point)
      runs += 1
      if (!happened(point, run)) missed.push(point)
      else wrong.push(...verdictOf(point, run))
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  return { points: points.length, runs, missed, wrong }
}

const happened = ({ fault }: SweepPoint, { signal, calls }: CrashRun): boolean =>
  fault === 'short' || (fault === 'kill' ? signal !== null : calls.some(({ injected }) => injected))
