import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { fault } from './faults.ts'
import { logFile } from './layout.ts'
import { type ProcessId, readState, writeState } from './state.ts'

/** The kernel's start time of a process (proc(5), field 22 of stat), or undefined when there is none or only a zombie. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the program's name in brackets and may hold spaces: count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

export function identify(name: string, pid: number): ProcessId {
  const time = startTime(pid)
  if (time === undefined) throw fault('KAE_CLUSTER_COMPONENT', { detail: `${name} ended at once${lastWords(name)}` })
  return { name, pid, startTime: time }
}

export const isAlive = (id: ProcessId): boolean => startTime(id.pid) === id.startTime

/** The end of a component's log, for the message that says why it failed. */
function lastWords(name: string): string {
  try {
    const lines = readFileSync(logFile(name), 'utf8').trimEnd().split('\n')
    return `; the end of ${logFile(name)}:\n${lines.slice(-5).join('\n')}`
  } catch {
    return ''
  }
}

export interface Command {
  readonly name: string
  readonly argv: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Starts a program that outlives this one, with its output in a log, and notes it in the state. */
export function startDetached({ name, argv, env }: Command): ProcessId {
  const log = openSync(logFile(name), 'a', 0o600)
  const [program = '', ...args] = argv
  const child = spawn(program, args, {
    detached: true,
    cwd: '/',
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
  })
  closeSync(log)
  child.on('error', () => undefined)
  child.unref()
  const id = identify(name, child.pid ?? 0)
  writeState({ processes: [...(readState()?.processes ?? []), id] })
  return id
}

/** Throws, with the end of its log, when a component has ended. */
export function assertAlive(ids: readonly ProcessId[]): void {
  const dead = ids.find((id) => !isAlive(id))
  if (dead) throw fault('KAE_CLUSTER_COMPONENT', { detail: `${dead.name} ended${lastWords(dead.name)}` })
}
