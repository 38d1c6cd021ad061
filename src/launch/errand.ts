/**
 * A session, a replay or a watch that the screen opens: this program once more, in a process of its own that inherits the
 * terminal. Its bytes never pass through the screen's.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { ConnectionFlags } from '../kube/flags.ts'
import type { Errand } from '../ui/run.ts'
import type { Notice } from '../ui/state/model.ts'
import { argvOf, noticeOf } from './errand-words.ts'

interface Surroundings {
  readonly flags: ConnectionFlags
  readonly env: NodeJS.ProcessEnv
}

/** As much of its own words as a notice can be made of. */
const KEPT_CHARACTERS = 8192

const SIGNALS = ['SIGTERM', 'SIGHUP'] as const

export async function runErrand(errand: Errand, { flags, env }: Surroundings): Promise<Notice | undefined> {
  const [, program = ''] = process.argv
  // stderr carries the program's own words alone, since the container's all come over a terminal's stdout.
  const child = spawn(process.execPath, [...process.execArgv, program, ...argvOf(errand, flags)], {
    env,
    stdio: ['inherit', 'inherit', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk)
    said = (said + chunk.toString()).slice(-KEPT_CHARACTERS)
  })
  const release = holdSignals((signal) => child.kill(signal))
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    return noticeOf(errand, { code, signal, said })
  } finally {
    release()
  }
}

/**
 * Ctrl-C before the session has the terminal is meant for it alone. What ends us ends it first, so that it can finish its
 * record and put the terminal right.
 */
function holdSignals(pass: (signal: NodeJS.Signals) => void): () => void {
  const ignore = (): void => {}
  process.on('SIGINT', ignore)
  for (const signal of SIGNALS) process.on(signal, pass)
  return () => {
    process.off('SIGINT', ignore)
    for (const signal of SIGNALS) process.off(signal, pass)
  }
}
