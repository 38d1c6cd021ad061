import { describe, expect, it } from 'vitest'
import { contactTeller } from '../../../src/reading/print/output.ts'
import { Progress, progressLine } from '../../../src/reading/print/progress.ts'

/** A terminal, and a clock that a test moves on. */
function drawn({ isTTY = true, env = {} }: { isTTY?: boolean; env?: NodeJS.ProcessEnv } = {}) {
  const written: string[] = []
  let time = 0
  const screen = { isTTY, columns: 80, write: (text: string) => written.push(text) }
  const progress = new Progress({ label: 'exporting', unit: 'records', total: 10, screen, env, now: () => time })
  const advanceAt = (ms: number): void => {
    time = ms
    progress.advance()
  }
  return { progress, written, advanceAt }
}

describe('the line of long work', () => {
  it('is not drawn in the first moments, then no more often than ten times a second, and is gone at the end', () => {
    const { progress, written, advanceAt } = drawn()
    for (const ms of [0, 100, 299]) advanceAt(ms)
    expect(written).toEqual([])
    for (const ms of [300, 350, 399, 400]) advanceAt(ms)
    expect(written).toHaveLength(2)
    progress[Symbol.dispose]()
    expect(written.at(-1)).toBe('\r\x1b[K')
  })

  it.each([
    ['stderr is no terminal', { isTTY: false }],
    ['it cannot redraw', { env: { TERM: 'dumb' } }],
    ['somebody listens to it', { env: { ACCESSIBLE: '1' } }],
  ])('is not drawn where %s', (_, where) => {
    const { progress, written, advanceAt } = drawn(where)
    for (const ms of [300, 1000]) advanceAt(ms)
    progress[Symbol.dispose]()
    expect(written).toEqual([])
  })

  it('makes room for a line that stays', () => {
    const { progress, written, advanceAt } = drawn()
    advanceAt(300)
    contactTeller(progress, { isTTY: true })(false)
    expect(written.at(-1)).toBe('\r\x1b[KThe connection was lost. Trying again…\n')
    advanceAt(400)
    expect(written.at(-1)).toContain('2 of 10 records')
    progress[Symbol.dispose]()
  })

  it('says nothing before what stays where it was never drawn', () => {
    const { progress, written } = drawn()
    progress.say('a word')
    expect(written).toEqual(['a word\n'])
    progress[Symbol.dispose]()
  })
})

describe('how far it is', () => {
  const words = { label: 'reading', unit: 'bytes' }

  it('is a share and a count', () =>
    expect(progressLine({ ...words, done: 1_234_567, total: 2_469_134, columns: 80 })).toBe(
      `reading  ${'█'.repeat(12)}${'░'.repeat(12)}  50 %  1,234,567 of 2,469,134 bytes`,
    ))

  it.each([
    ['the total is not known', { done: 5 }, 'reading  5 bytes'],
    ['there is more than was to be', { done: 7, total: 5 }, 'reading  7 bytes'],
    ['there is no room for a bar', { done: 1, total: 5, columns: 30 }, 'reading  1 of 5 bytes'],
    ['there is no room at all', { done: 1, total: 5, columns: 10 }, 'reading  '],
  ])('is a count where %s', (_, state, line) => expect(progressLine({ ...words, ...state })).toBe(line))
})
