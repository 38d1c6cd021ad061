/** One line of the table: a quantity, measured for each program in the same minutes, and the aims that hold for it. */
import type { Figures } from './figures.ts'

export type Unit = 'ms' | 's' | 'MB/s' | 'MiB' | 'µs' | 'B' | '/s' | 'times'
export type ContestantName = 'ours' | 'kubectl' | 'peer'

export interface Verdict {
  readonly aim: string
  readonly was: string
  readonly met: boolean
}

export interface Line {
  readonly name: string
  readonly unit: Unit
  readonly figures: Partial<Readonly<Record<ContestantName, Figures>>>
  /** ours ÷ kubectl, of the medians. */
  readonly ratio?: number
  readonly verdicts: readonly Verdict[]
  /** Load average of the last minute when the line was done. */
  readonly load: number
  readonly note?: string
}

export type Judge = (figures: Line['figures']) => Verdict[]
type Quantile = 'min' | 'median' | 'p90' | 'p99' | 'max'

const number = (value: number): string =>
  value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0)

/** ours is to be at most so many times kubectl's. */
export const atMostTimes =
  (quantile: Quantile, times: number): Judge =>
  (figures) =>
    judgeRatio(figures, quantile, (ratio) => ({ aim: `${quantile} ≤ ${times} ×`, met: ratio <= times }))

/** ours is to be at least so many times kubectl's: a rate. */
export const atLeastTimes =
  (quantile: Quantile, times: number): Judge =>
  (figures) =>
    judgeRatio(figures, quantile, (ratio) => ({ aim: `${quantile} ≥ ${times} ×`, met: ratio >= times }))

function judgeRatio(
  { ours, kubectl }: Line['figures'],
  quantile: Quantile,
  judge: (ratio: number) => Pick<Verdict, 'aim' | 'met'>,
): Verdict[] {
  if (ours === undefined || kubectl === undefined) return []
  const ratio = ours[quantile] / kubectl[quantile]
  return [{ ...judge(ratio), was: `${number(ratio)} ×` }]
}

/** ours may take at most so much longer than kubectl. */
export const atMostAdded =
  (quantile: Quantile, added: number): Judge =>
  ({ ours, kubectl }) => {
    if (ours === undefined || kubectl === undefined) return []
    const was = ours[quantile] - kubectl[quantile]
    return [{ aim: `${quantile} ≤ ${added} added`, was: number(was), met: was <= added }]
  }

export const atMost =
  (quantile: Quantile, limit: number): Judge =>
  ({ ours }) =>
    ours === undefined
      ? []
      : [{ aim: `${quantile} ≤ ${limit}`, was: number(ours[quantile]), met: ours[quantile] <= limit }]

export const atLeast =
  (quantile: Quantile, limit: number): Judge =>
  ({ ours }) =>
    ours === undefined
      ? []
      : [{ aim: `${quantile} ≥ ${limit}`, was: number(ours[quantile]), met: ours[quantile] >= limit }]

export { number as shortNumber }
