/** The programs that are compared, each with all that it takes to run the same exec. */
import { join } from 'node:path'
import { PROGRAM_FOLDER } from '../e2e/rig/program.ts'
import type { ContestantName } from './line.ts'

export interface Exec {
  /** `-i`, `-t`. */
  readonly flags?: readonly string[]
  readonly command: readonly string[]
}

export interface Contestant {
  readonly name: ContestantName
  readonly env: NodeJS.ProcessEnv
  argv(exec: Exec): string[]
}

export const OURS = [process.execPath, join(PROGRAM_FOLDER, 'bin/run.js')] as const

export interface Field {
  readonly kubectlPath: string
  readonly kubeconfig: string
  readonly home: string
  /** Where our webhook admits recorded execs alone. */
  readonly recorded: string
  /** Where nothing of ours is asked: kubectl's is kubectl's own speed. */
  readonly plain: string
  /** A command that takes kubectl's arguments from `-n NAMESPACE` on. */
  readonly peer: string | undefined
}

export function contestantsOf({ kubectlPath, kubeconfig, home, recorded, plain, peer }: Field): Contestant[] {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    XDG_STATE_HOME: home,
    KUBERC: 'off',
    KUBECONFIG: kubeconfig,
    TERM: 'xterm',
  }
  const make = (name: ContestantName, program: readonly string[], namespace: string): Contestant => ({
    name,
    env,
    argv: ({ flags = [], command }) => [...program, '-n', namespace, ...flags, 'web-0', '-c', 'app', '--', ...command],
  })
  return [
    make('ours', OURS, recorded),
    make('kubectl', [kubectlPath, 'exec'], plain),
    ...(peer === undefined ? [] : [make('peer', peer.split(/\s+/).filter(Boolean), plain)]),
  ]
}
