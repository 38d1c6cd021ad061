/** Recorded sessions in folders of this machine, behind an index that can be deleted at any time. */
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { LogLibrary } from '../../../server-min/library/library.ts'
import { openLogLibrary } from '../../../server-min/library/open-library.ts'
import type { Progress as IndexProgress } from '../../../server-min/library/upkeep/index-upkeep.ts'
import { Progress } from '../print/progress.ts'
import { findLogs } from './find-logs.ts'

export interface FoldersOptions {
  readonly folders: readonly string[]
  readonly place: string
  readonly env: NodeJS.ProcessEnv
}

export async function openFolders({ folders, place, env }: FoldersOptions): Promise<LogLibrary> {
  return openLogLibrary({
    place,
    folders: () => findLogs(folders),
    indexFile: indexFile(folders, env),
    onProgress: indexingProgress(env),
  })
}

/** What nobody notices. Most logs are done by then; a list of a million sessions does not wait for all. */
const MOMENT_MS = 300

/** Resolves when the command lists are derived, or soon: a program that ends after its answer derives nothing behind it. */
export async function settled(library: LogLibrary): Promise<void> {
  const moment = new AbortController()
  // What is wrong with a log the question itself meets, and says.
  const derived = library.warnings().catch(() => undefined)
  const over = delay(MOMENT_MS, undefined, { signal: moment.signal }).catch(() => undefined)
  await Promise.race([derived, over])
  moment.abort()
}

/** `$XDG_CACHE_HOME/kube-audit-exec/index-….sqlite`: one for each set of folders, so that one is not rebuilt for another. */
function indexFile(folders: readonly string[], env: NodeJS.ProcessEnv): string {
  const cache = env.XDG_CACHE_HOME
  // The XDG base directories: a relative path in the variable is to be ignored.
  const root = cache !== undefined && isAbsolute(cache) ? cache : join(env.HOME || homedir(), '.cache')
  const paths = folders.map((folder) => resolve(folder)).sort()
  const name = createHash('sha256').update(JSON.stringify(paths)).digest('hex').slice(0, 16)
  return join(root, 'kube-audit-exec', 'library', `${name}.sqlite`)
}

const STEPS = {
  reading: { label: 'reading logs', unit: 'bytes' },
  deriving: { label: 'finding commands', unit: 'sessions' },
} as const

/** A line on stderr while the index is made, where that takes long enough to wonder. */
export function indexingProgress(env: NodeJS.ProcessEnv): (progress: IndexProgress) => void {
  let shown: { readonly step: IndexProgress['step']; readonly line: Progress; done: number } | undefined
  return ({ step, done, total }) => {
    if (shown?.step !== step) {
      shown?.line[Symbol.dispose]()
      const screen = process.stderr
      const line = new Progress({ ...STEPS[step], total, screen, env, now: () => performance.now() })
      shown = { step, line, done: 0 }
    }
    shown.line.advance(done - shown.done)
    shown.done = done
    if (done >= total) shown.line[Symbol.dispose]()
  }
}
