/**
 * The fault tests at their full length. Prints a line for each, and as the last one `N passed, N failed, N skipped`.
 *
 *     node test/faults/nightly.ts [sweep] [kills] [slow-disk] [half-open] [stdin] [session]
 *       --rounds N      length of the run that is swept (5)       --cycles N   kills (10,000)
 *       --mib N         of stdin (1,024)                          --minutes N  of the long session (70)
 *       --kubeconfig FILE --pod NAME    stdin and session on that cluster in place of the sandbox
 *       --installed                     stdin and session on the real test cluster, our server installed in it
 */
import { parseArgs } from 'node:util'
import { verifyLogFolder } from '../../server-min/log/reader.ts'
import { type Cluster, foreignCluster, sandboxCluster } from './audited-program.ts'
import { bulkStdin } from './bulk-stdin.ts'
import { CrashRig } from './crash-rig.ts'
import { pointsOf, sweep } from './crash-sweep.ts'
import { halfOpen, REAL_TIMES } from './half-open.ts'
import { killCycles } from './kill-cycles.ts'
import { longSession } from './long-session.ts'
import { slowDisk } from './slow-disk.ts'
import { whyNoStrace } from './strace.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    cycles: { type: 'string', default: '10000' },
    mib: { type: 'string', default: '1024' },
    minutes: { type: 'string', default: '70' },
    kubeconfig: { type: 'string' },
    pod: { type: 'string', default: 'web-0' },
    installed: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
})

const MOST_MIB = 128
const DURABILITIES = ['Strict', 'Line'] as const
const say = (words: string): void => void process.stdout.write(`${words}\n`)
type Outcome = { readonly wrong: readonly string[]; readonly words: string } | { readonly skipped: string }

async function cluster(): Promise<Cluster> {
  const { kubeconfig, pod, installed } = values
  if (installed) return (await import('./installed-cluster.ts')).installedCluster(pod)
  return kubeconfig === undefined ? sandboxCluster() : foreignCluster(kubeconfig, pod)
}

const TESTS: Readonly<Record<string, () => Promise<Outcome>>> = {
  async sweep() {
    const missing = whyNoStrace()
    if (missing !== undefined) return { skipped: missing }
    const all: string[] = []
    let faults = 0
    for (const durability of DURABILITIES) {
      using rig = await CrashRig.make(durability, Number(values.rounds))
      const points = []
      for (const on of ['fresh', 'torn'] as const) points.push(...pointsOf(on, (await rig.run(on)).calls))
      const { runs, missed, wrong } = await sweep(rig, points)
      all.push(...wrong, ...missed.map((point) => `did not happen: ${JSON.stringify(point)}`))
      faults += runs
    }
    return { wrong: all, words: `${faults} faults, Strict and Line` }
  },
  async kills() {
    const seed = Number(values.seed)
    const cycles = Math.ceil(Number(values.cycles) / DURABILITIES.length)
    const reports = []
    for (const durability of DURABILITIES) reports.push(await killCycles({ cycles, seed, durability }))
    const words = reports.map(({ wrong, ...report }, index) => `${DURABILITIES[index]} ${JSON.stringify(report)}`)
    return { wrong: reports.flatMap(({ wrong }) => wrong), words: `seed ${seed}, ${words.join(', ')}` }
  },
  async 'slow-disk'() {
    const missing = whyNoStrace()
    if (missing !== undefined) return { skipped: missing }
    const reports = []
    for (const durability of DURABILITIES) reports.push(await slowDisk(5000, durability))
    const words = reports.map(({ peakBytes, longestMs }, index) => `${DURABILITIES[index]} ${JSON.stringify({ peakBytes, longestMs })}`) // biome-ignore format: one line of the report
    return { wrong: reports.flatMap(({ wrong }) => wrong), words: words.join(', ') }
  },
  async 'half-open'() {
    const [dead, reachable] = await Promise.all([halfOpen(REAL_TIMES, 'dead'), halfOpen(REAL_TIMES, 'reachable')])
    const { clientMs, serverMs } = dead
    const late = [clientMs > 16_000, reachable.clientMs > 16_000, serverMs > 31_000].some(Boolean)
    const wrong = [...dead.wrong, ...reachable.wrong, ...(late ? ['noticed too late'] : [])]
    return { wrong, words: JSON.stringify({ dead, reachable }) }
  },
  async stdin() {
    await using place = await cluster()
    const report = await bulkStdin(place, Number(values.mib) * 1024 * 1024)
    const { sent, arrived, recorded, clientMiB, clusterMiB } = report
    const wrong: string[] = []
    if (arrived !== sent) wrong.push('what arrived is not what was sent')
    if (recorded !== undefined && recorded !== sent) wrong.push('what was recorded is not what was sent')
    if (clientMiB > MOST_MIB) wrong.push(`the client took ${clientMiB.toFixed()} MiB`)
    if (clusterMiB > MOST_MIB) wrong.push(`API server and collector took ${clusterMiB.toFixed()} MiB`)
    return { wrong, words: JSON.stringify(report) }
  },
  async session() {
    await using place = await cluster()
    const wrong = await longSession(place, Number(values.minutes), say)
    const folder = place.logFolder()
    const verdict = folder === undefined ? undefined : await verifyLogFolder(folder)
    if (verdict?.type === 'corrupt') wrong.push(JSON.stringify(verdict))
    return { wrong, words: `${values.minutes} minutes` }
  },
}

let [passed, failed, skipped] = [0, 0, 0]
for (const name of positionals.length > 0 ? positionals : Object.keys(TESTS)) {
  const started = performance.now()
  const run = TESTS[name]
  if (run === undefined) throw new Error(`there is no ${name}: ${Object.keys(TESTS).join(', ')}`)
  const outcome = await run().catch((error: unknown) => ({ wrong: [String((error as Error).stack)], words: 'threw' }))
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if ('skipped' in outcome) say(`${name}: skipped, ${outcome.skipped}`)
  else say(`${name}: ${outcome.wrong.length === 0 ? 'ok' : 'FAILED'}, ${outcome.words}, ${seconds} s`)
  if ('skipped' in outcome) skipped += 1
  else if (outcome.wrong.length === 0) passed += 1
  else failed += 1
  if ('wrong' in outcome) for (const words of outcome.wrong.slice(0, 20)) say(`  ${words}`)
}
say(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed === 0 ? 0 : 1
