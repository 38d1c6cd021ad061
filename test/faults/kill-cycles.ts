/** Kills a collector under load at a seeded moment, again and again on the same logs, and checks what they hold. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { verifyLogFolder } from '../../server-min/log/reader.ts'
import { isFault } from '../../src/protocol/fault.ts'
import type { Durability } from '../../src/protocol/session.ts'
import { randomOf } from '../server-min/log/simulated-storage.ts'
import { bundleProgram } from './bundle-program.ts'
import { checkRecovery, recordsIn, violations } from './recovered.ts'
import { type KillOrder, SUBJECT_SIZES } from './subject-order.ts'
import { readWitness } from './witness.ts'

const SUBJECT = fileURLToPath(new URL('kill-subject.ts', import.meta.url))

export interface KillOptions {
  /** Kills of one log each; a process holds several. */
  readonly cycles: number
  readonly seed: number
  /** Default: Strict. */
  readonly durability?: Durability
  readonly logsPerProcess?: number
  readonly writers?: number
  /** Stops early, and says how many cycles were run. */
  readonly budgetMs?: number
}

export interface KillReport {
  readonly cycles: number
  /** Cycles whose process was killed while it started or recovered. */
  readonly early: number
  readonly acknowledged: number
  readonly torn: number
  readonly wrong: readonly string[]
}

/** So many kills are survived by the same logs, each recovered by the next process; then new ones are made. */
const KILLS_PER_LOG = 5
const LOAD_MS = 200
const START_MS = 120

type Tally = { cycles: number; early: number; acknowledged: number; torn: number; wrong: string[] }

export async function killCycles(options: KillOptions): Promise<KillReport> {
  const { cycles, seed, budgetMs = Number.POSITIVE_INFINITY } = options
  const root = mkdtempSync(join(tmpdir(), 'kill-'))
  const tally: Tally = { cycles: 0, early: 0, acknowledged: 0, torn: 0, wrong: [] }
  try {
    const program = await bundleProgram(SUBJECT, root)
    const deadline = performance.now() + budgetMs
    const worker = async (number: number): Promise<void> => {
      const random = randomOf(seed + number)
      for (let run = 0; tally.cycles < cycles && performance.now() < deadline; run++)
        await series({ ...options, program, random, place: join(root, `${number}-${run}`) }, tally)
    }
    await Promise.all(Array.from({ length: availableParallelism() }, (_, number) => worker(number)))
    return tally
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

interface Series extends KillOptions {
  readonly program: string
  readonly random: () => number
  readonly place: string
}

async function series({ program, random, place, ...options }: Series, tally: Tally): Promise<void> {
  const { logsPerProcess = 8, writers = 8, cycles, durability = 'Strict' } = options
  const logs = Array.from({ length: logsPerProcess }, (_, index) => join(place, `log-${index}`))
  mkdirSync(place, { recursive: true })
  for (let kill = 1; kill <= KILLS_PER_LOG && tally.cycles < cycles; kill++) {
    const early = await killOnce({ program, order: { folders: logs, writers, durability } }, random)
    for (const folder of logs) {
      tally.wrong.push(...(await checkKilled(folder, kill === KILLS_PER_LOG, tally)))
      tally.cycles += 1
      tally.early += early ? 1 : 0
    }
  }
  for (const folder of logs) for (const { acked } of readWitness(`${folder}.witness`).values()) tally.acknowledged += acked + 1 // biome-ignore format: one sum
  rmSync(place, { recursive: true, force: true })
}

/** Starts the program and kills it, now and then before its logs are open. True where that was so. */
async function killOnce(
  { program, order }: { readonly program: string; readonly order: KillOrder },
  random: () => number,
): Promise<boolean> {
  const witnesses = order.folders.map((folder) => openSync(`${folder}.witness`, 'a'))
  const child = spawn(process.execPath, [program, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit', ...witnesses],
  })
  for (const fd of witnesses) closeSync(fd)
  const ended = once(child, 'close')
  const anyTime = random() < 0.25
  const ready = await Promise.race([readyOf(child), anyTime ? pause(random() * START_MS, false) : never(child)])
  if (ready) await pause(random() * LOAD_MS)
  child.kill('SIGKILL')
  const [status, signal] = (await ended) as [number | null, string | null]
  if (signal !== 'SIGKILL') throw new Error(`the subject ended by itself with ${status}`)
  return !ready
}

const readyOf = (child: ChildProcess): Promise<boolean> =>
  child.stdout === null ? Promise.resolve(false) : once(child.stdout, 'data').then(() => true)

/** Until the process ends by itself, which is a fault of the subject. */
const never = (child: ChildProcess): Promise<boolean> => once(child, 'exit').then(() => false)

/** Reads only, so that the next process recovers; after the last kill recovers here. */
async function checkKilled(folder: string, last: boolean, tally: Tally): Promise<string[]> {
  const stories = readWitness(`${folder}.witness`)
  try {
    const verdict = await verifyLogFolder(folder)
    if (verdict.type === 'corrupt') return [`left corrupt: ${JSON.stringify(verdict)}`]
    if (verdict.torn !== undefined) tally.torn += 1
    return last ? await checkRecovery(folder, stories, SUBJECT_SIZES) : violations(await recordsIn(folder), stories)
  } catch (error) {
    const heardOf = [...stories.values()].some(({ acked }) => acked >= 0)
    if (isFault(error) && error.code === 'KAE_LOG_MISSING' && !heardOf) return []
    return [`reading threw ${error instanceof Error ? error.stack : String(error)}`]
  }
}
