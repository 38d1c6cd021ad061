import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fixtureNames, truthOf } from '../../rig/recordings/fixture.ts'
import { type Accuracy, precision, recall, total, withInputAlone, withOutput } from './accuracy.ts'

const isHeldBack = (name: string): boolean => truthOf(name).heldBack === true
const tuned = fixtureNames().filter((name) => !isHeldBack(name))
const heldBack = fixtureNames().filter(isHeldBack)

const percent = (share: number): string => share.toFixed(3)

async function measured(title: string, names: readonly string[], measure: (name: string) => Promise<Accuracy>) {
  const all = await Promise.all(names.map(measure))
  const rows = names.map((name, index) => ({ name, of: all[index] ?? total([]) }))
  const sum = total(all)
  const lines = [...rows, { name: title, of: sum }].map(
    ({ name, of }) =>
      `${name.padEnd(44)} ${String(of.right).padStart(4)} right, ${String(of.given).padStart(4)} given, ${String(of.expected).padStart(4)} expected  precision ${percent(precision(of))}  recall ${percent(recall(of))}`,
  )
  console.log(lines.join('\n'))
  return sum
}

/** As they stand in the rows of docs/command-list.md. */
const figures = ({ right, given, expected }: Accuracy): string => `${right} / ${given} / ${expected}`

describe('the command list of real recordings', () => {
  it('has 98 % of what was entered and 98 % of it is right, with output', async () => {
    const sum = await measured('with output', tuned, withOutput)
    expect(sum.expected).toBeGreaterThan(200)
    expect(precision(sum)).toBeGreaterThanOrEqual(0.98)
    expect(recall(sum)).toBeGreaterThanOrEqual(0.98)
  })

  it('is as good on recordings that were held back, now that what they showed is mended', async () => {
    const sum = await measured('with output, held back', heldBack, withOutput)
    expect(sum.expected).toBeGreaterThan(250)
    expect(precision(sum)).toBeGreaterThanOrEqual(0.98)
    expect(recall(sum)).toBeGreaterThanOrEqual(0.98)
  })

  it('has 90 % of the lines that no history and no completion made, from input alone', async () => {
    const sum = await measured('input alone', tuned, withInputAlone)
    expect(precision(sum)).toBeGreaterThanOrEqual(0.9)
    expect(recall(sum)).toBeGreaterThanOrEqual(0.9)
    const held = await measured('input alone, held back', heldBack, withInputAlone)
    expect(precision(held)).toBeGreaterThanOrEqual(0.9)
    expect(recall(held)).toBeGreaterThanOrEqual(0.9)
  })

  it('has its figures in docs/command-list.md', async () => {
    const page = readFileSync('docs/command-list.md', 'utf8')
    for (const names of [tuned, heldBack]) {
      for (const measure of [withOutput, withInputAlone]) {
        expect(page).toContain(figures(total(await Promise.all(names.map(measure)))))
      }
    }
  })
})
