/** Runs of the crash subject, each in a folder of its own, with or without a fault, and what is left of them. */
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Durability } from '../../src/protocol/session.ts'
import { bundleProgram } from './bundle-program.ts'
import { checkRecovery } from './recovered.ts'
import { type Injection, runTraced, type TracedEnd } from './strace.ts'
import { SUBJECT_EXIT, SUBJECT_SIZES, type SubjectOrder } from './subject-order.ts'
import { readWitness, type Stories } from './witness.ts'

const SUBJECT = fileURLToPath(new URL('crash-subject.ts', import.meta.url))

/** Every call by which the log changes its folder, those that it does not use today too. */
const CHANGING = 'openat pwrite64 pwritev fdatasync fsync rename ftruncate fallocate unlink mkdir'.split(' ')
/** And by which it reads it, at a start. `write` is the witness's, and is never tampered with. */
const READING = 'pread64'
export const SWEPT: readonly string[] = [...CHANGING, READING]
/** Of the last batch, so that it is torn. */
const CUT_BYTES = 10

export type Fault = { readonly injection: Injection } | { readonly shortWrite: number } | undefined

export interface CrashRun extends TracedEnd {
  readonly folder: string
  readonly durability: Durability
  readonly stories: Stories
  /** What the check after recovery found wrong. */
  readonly wrong: readonly string[]
}

interface Subject {
  readonly program: string
  readonly durability: Durability
  readonly rounds: number
}

export class CrashRig implements Disposable {
  readonly root: string
  readonly #subject: Subject
  #paths: readonly string[] = []
  #torn: { readonly folder: string; readonly stories: Stories } | undefined
  #runs = 0

  private constructor(root: string, subject: Subject) {
    this.root = root
    this.#subject = subject
  }

  /** A rig that knows the files of a run, and has a log with a torn end to recover. */
  static async make(durability: Durability, rounds = 1): Promise<CrashRig> {
    const root = mkdtempSync(join(tmpdir(), 'crash-'))
    const rig = new CrashRig(root, { program: await bundleProgram(SUBJECT, root), durability, rounds })
    const whole = await rig.run('fresh')
    if (whole.status !== SUBJECT_EXIT.finished) throw new Error(`the script does not run: ${whole.stderr}`)
    rig.#torn = tear(whole, join(root, 'torn'))
    const again = await rig.run('torn')
    rig.#paths = [...new Set([whole.folder, again.folder].flatMap((folder) => readdirSync(folder)))]
    return rig
  }

  /** On a folder that is not there yet, or on a log whose last batch is torn. */
  async run(on: 'fresh' | 'torn', fault?: Fault): Promise<CrashRun> {
    this.#runs += 1
    const place = join(this.root, `run-${this.#runs}`)
    mkdirSync(place)
    const folder = join(place, 'log')
    const before = on === 'torn' ? this.#torn : undefined
    if (before !== undefined) cpSync(before.folder, folder, { recursive: true })
    const witness = join(place, 'witness')
    const cut = fault !== undefined && 'shortWrite' in fault ? { shortWrite: fault.shortWrite } : {}
    const { program, ...script } = this.#subject
    const order: SubjectOrder = { folder, ...script, ...cut }
    const names = ['', 'segment.preparing', ...this.#paths.filter((name) => name !== 'lock.db')]
    const witnessFd = openSync(witness, 'a')
    const end = await runTraced({
      witnessFd,
      argv: [process.execPath, program, JSON.stringify(order)],
      paths: [place, witness, ...names.map((name) => join(folder, name))],
      syscalls: [...SWEPT, 'write'],
      traceFile: join(place, 'trace'),
      ...(fault !== undefined && 'injection' in fault ? { injection: fault.injection } : {}),
    })
    closeSync(witnessFd)
    const stories: Stories = new Map([...(before?.stories ?? []), ...readWitness(witness)])
    const wrong = await checkRecovery(folder, stories, SUBJECT_SIZES)
    return { ...end, folder, durability: script.durability, stories, wrong }
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

/** A copy of a log whose last batch lost its end, and its story, in which nobody heard of that batch. */
function tear({ folder, stories }: CrashRun, copy: string): { readonly folder: string; readonly stories: Stories } {
  cpSync(folder, copy, { recursive: true })
  const last = readdirSync(copy).filter((name) => name.startsWith('segment-')).sort().at(-1) // biome-ignore format: one chain
  const path = join(copy, last ?? '')
  truncateSync(path, statSync(path).size - CUT_BYTES)
  const [, left] = [...stories.values()]
  if (left === undefined) throw new Error('the script has two sessions')
  left.acked -= 1
  left.forwarded.pop()
  return { folder: copy, stories }
}
