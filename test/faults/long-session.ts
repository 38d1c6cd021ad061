/** A session with stretches in which nothing is typed, each longer than the one before: load balancers cut those. */
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { auditedExec, type Cluster } from './audited-program.ts'

const STRETCHES = [1, 2, 5, 10, 20, 32]
const WHOLE = STRETCHES.reduce((sum, each) => sum + each, 0)
const STATUS = 7

/** What went wrong; nothing where the session answered after each stretch and ended with its own status. */
export async function longSession(cluster: Cluster, minutes: number, say: (words: string) => void): Promise<string[]> {
  const client = auditedExec(cluster, ['sh'])
  const { stdin, stdout } = client
  if (stdin === null || stdout === null) throw new Error('started with pipes')
  const ended = once(client, 'exit') as Promise<[number | null]>
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  const wrong: string[] = []
  for (const [index, stretch] of STRETCHES.entries()) {
    const started = performance.now()
    stdin.write(`echo line-${index}\n`)
    const line = await Promise.race([lines.next(), pause(30_000, { value: 'nothing within 30 s' })])
    const ms = Math.round(performance.now() - started)
    if (line.value !== `line-${index}`) wrong.push(`line-${index}: ${line.value}`)
    say(`line ${index} answered in ${ms} ms; now idle for ${((minutes * stretch) / WHOLE).toFixed(1)} min`)
    if (wrong.length > 0) break
    await pause((minutes * stretch * 60_000) / WHOLE)
  }
  stdin.write(`echo last; exit ${STATUS}\n`)
  const last = await Promise.race([lines.next(), pause(30_000, { value: 'nothing within 30 s' })])
  if (last.value !== 'last') wrong.push(`last: ${last.value}`)
  const [status] = await Promise.race([ended, pause(30_000, [null] as [null])])
  if (status !== STATUS) wrong.push(`it ended with ${status}`)
  client.kill()
  return wrong
}
