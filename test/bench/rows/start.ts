import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Contestant, OURS } from '../contestants.ts'
import { atMostTimes, type ContestantName, type Judge, type Line } from '../line.ts'
import { canMeasureUse, measured, timeProcess, usedOf } from '../measure/process.ts'
import { lineOf } from '../report.ts'
import { interleaved, Rounds, type Row } from '../row.ts'
import type { Stage } from '../stage.ts'

interface Start {
  readonly name: ContestantName
  readonly argv: readonly string[]
}

async function starts(stage: Stage): Promise<Line[]> {
  const { kubectlPath } = stage.cluster
  const env = { ...stage.near[0]?.env, PATH: `${pluginFolder(stage)}:${process.env.PATH}` }
  const kubectl = (...args: string[]): Start => ({ name: 'kubectl', argv: [kubectlPath, ...args] })
  const ours = (...args: string[]): Start => ({ name: 'ours', argv: [...OURS, ...args] })
  const compare = async (name: string, all: readonly Start[], judges: readonly Judge[] = []): Promise<Line> => {
    const series = await interleaved(
      all,
      stage.quick ? 7 : 30,
      async ({ argv }) => (await timeProcess(argv, { env })).ms,
    )
    return lineOf({ name, unit: 'ms' }, series, judges)
  }
  const plugin: Start = { name: 'ours', argv: [kubectlPath, 'audit-exec', '--version'] }
  return [
    await compare('--version', [ours('--version'), kubectl('version', '--client')], [atMostTimes('median', 1)]),
    await compare('exec --help', [ours('exec', '--help'), kubectl('exec', '--help')]),
    await compare('plugin dispatch: kubectl audit-exec --version', [plugin, kubectl('version', '--client')]),
  ]
}

/** As npm would link it, on the Node that runs the benchmark. */
function pluginFolder({ folder }: Stage): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  symlinkSync(process.execPath, join(bin, 'node'))
  writeFileSync(join(bin, 'kubectl-audit_exec'), `#!/bin/sh\nexec ${OURS.join(' ')} "$@"\n`, { mode: 0o755 })
  return bin
}

async function oneShotUse(stage: Stage): Promise<Line[]> {
  if (!canMeasureUse()) return []
  const file = join(stage.folder, 'used')
  const memory = new Rounds()
  const cpu = await interleaved<Contestant>(stage.near, stage.quick ? 3 : 10, async ({ name, env, argv }) => {
    await timeProcess(measured(argv({ command: ['true'] }), file), { env })
    const used = usedOf(file)
    memory.add(name, used.peakMiB)
    return used.cpuSeconds
  })
  return [
    lineOf({ name: 'one-shot: processor time', unit: 's' }, cpu),
    lineOf({ name: 'one-shot: peak memory', unit: 'MiB' }, memory.series),
  ]
}

export const START_ROWS: readonly Row[] = [
  { id: 'start', on: 'Strict', run: starts },
  { id: 'use', on: 'Strict', run: oneShotUse },
]
