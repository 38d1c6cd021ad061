import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fault } from './faults.ts'
import { cacheFolder, findProgram } from './layout.ts'

/**
 * Runs `work` while no other process on the machine does. The lock belongs to a child that ends with this process's end
 * of its pipe, so it cannot outlive us however we end.
 */
export async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  // The binaries' folder stands for the machine: it outlives the state, and locking it leaves no file behind.
  const path = cacheFolder()
  mkdirSync(path, { recursive: true })
  const holder = spawn(findProgram('flock') ?? 'flock', [path, 'sh', '-c', 'echo locked && cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    await new Promise<void>((resolve, reject) => {
      holder.once('error', reject)
      holder.once('exit', () => reject(fault('KAE_CLUSTER_COMPONENT', { detail: `flock could not lock ${path}` })))
      holder.stdout.once('data', () => resolve())
    })
    return await work()
  } finally {
    holder.stdin.end()
  }
}
