/** The program as users have it: bundled, in a process of its own. */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { bundle } from '../../scripts/bundle.ts'

const ROOT = join(import.meta.dirname, '../..')

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Program {
  readonly folder: string
  /** Runs it with an empty stdin. `state` is its XDG_STATE_HOME, `name` the file in bin/ that starts it. */
  run(argv: readonly string[], options?: { readonly name?: string; readonly env?: NodeJS.ProcessEnv }): Promise<Outcome>
}

/** Builds the program from the sources once for a test file. */
export function useProgram(): Program {
  const folder = mkdtempSync(join(tmpdir(), 'kube-audit-exec-program-'))
  beforeAll(async () => {
    for (const file of ['bin', 'package.json', 'oclif.manifest.json']) {
      cpSync(join(ROOT, file), join(folder, file), { recursive: true })
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    symlinkSync('run.js', join(folder, 'bin/kubectl-audit_exec'))
    await bundle(ROOT, join(folder, 'dist'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  return {
    folder,
    run: (argv, { name = 'run.js', env = {} } = {}) =>
      outcomeOf([join(folder, 'bin', name), ...argv], { PATH: process.env.PATH, HOME: folder, ...env }),
  }
}

async function outcomeOf(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const text = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      text[stream] += chunk
    })
  }
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { status, ...text }
}
