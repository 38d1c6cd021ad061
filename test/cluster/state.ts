import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { inState, stateFolder } from './layout.ts'

/** A process, named so that a reused id is never taken for it: the start time is the kernel's, in clock ticks since boot. */
export interface ProcessId {
  readonly name: string
  readonly pid: number
  readonly startTime: string
}

/** What `down` has to undo. Written before and while things are made, so a crashed `up` can be undone too. */
export interface State {
  /** Process 1 of the cluster's pid namespace: when it ends, the kernel ends all the others. */
  readonly holder?: ProcessId
  readonly processes: readonly ProcessId[]
  /** Folders outside the state folder that did not exist before. */
  readonly foreignFolders: readonly string[]
  /** Kernel settings that the kubelet changes, as they were. */
  readonly sysctls: Readonly<Record<string, string>>
  /** As CLUSTER_FEATURE_GATES asked for: `Name=true,Other=false`. */
  readonly featureGates: string
  readonly ready: boolean
}

export const EMPTY_STATE: State = { processes: [], foreignFolders: [], sysctls: {}, featureGates: '', ready: false }

const file = () => inState('state.json')

export function readState(): State | undefined {
  try {
    return JSON.parse(readFileSync(file(), 'utf8')) as State
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

export function writeState(change: Partial<State>): State {
  const state = { ...(readState() ?? EMPTY_STATE), ...change }
  mkdirSync(stateFolder(), { recursive: true, mode: 0o700 })
  writeFileSync(`${file()}.tmp`, JSON.stringify(state, null, 2))
  renameSync(`${file()}.tmp`, file())
  return state
}
