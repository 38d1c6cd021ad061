import type { Durability } from '../../src/protocol/session.ts'
import type { ContestantName, Line } from './line.ts'
import type { Settings, Stage } from './stage.ts'

/** A row that needs the cluster, under one of the two durabilities; or our server alone. */
export type Row =
  | { readonly id: string; readonly on: Durability; run(stage: Stage): Promise<Line[]> }
  | { readonly id: string; readonly on: 'alone'; run(settings: Settings): Promise<Line[]> }

/** Lists for each program, filled while the rounds go on. */
export class Rounds {
  readonly series: Partial<Record<ContestantName, number[]>> = {}

  add(who: ContestantName, value: number): void {
    const values = this.series[who] ?? []
    values.push(value)
    this.series[who] = values
  }
}

/** Round by round, and in each round one after the other, so that a busy minute of the machine meets all of them. */
export async function interleaved<Each extends { readonly name: ContestantName }>(
  all: readonly Each[],
  rounds: number,
  run: (each: Each) => Promise<number>,
): Promise<Rounds['series']> {
  const taken = new Rounds()
  for (let round = 0; round <= rounds; round += 1) {
    // Nobody is always first. Round 0 fills caches and does not count.
    for (const each of round % 2 === 0 ? all : all.toReversed()) {
      const value = await run(each)
      if (round > 0) taken.add(each.name, value)
    }
  }
  return taken.series
}
