import { describe, expect, it } from 'vitest'
import type { Candidate } from '../../../src/recording/commands/candidates.ts'
import { isPrintedBack, mayBeShownAs, Outputs } from '../../../src/recording/commands/echo.ts'

const alone: Candidate = { text: 'a secret', prompt: '', firstRow: 3, by: 'bare' }
const slowly = { records: 9, takes: 900_000, outputsBefore: 0 }

function outputsAt(...times: number[]): Outputs {
  const outputs = new Outputs()
  for (const time of times) outputs.heard(time)
  return outputs
}

describe('a line that stands on the screen without a prompt', () => {
  it('was not echoed where nothing came while it was typed', () => {
    expect(isPrintedBack(slowly, alone, outputsAt(1))).toBe(true)
  })

  it('was not echoed either where its one output came in pieces', () => {
    expect(isPrintedBack(slowly, alone, outputsAt(1, 1, 1))).toBe(true)
  })

  it('may have been echoed where something came', () => {
    expect(isPrintedBack(slowly, alone, outputsAt(1, 2))).toBe(false)
  })

  it('may have been echoed at once where it was pasted', () => {
    expect(isPrintedBack({ ...slowly, records: 2 }, alone, outputsAt(1))).toBe(false)
  })

  it('is a line editor’s behind a prompt', () => {
    expect(isPrintedBack(slowly, { ...alone, prompt: '$ ', by: 'prompt' }, outputsAt(1))).toBe(false)
  })
})

describe('what the keys give', () => {
  it.each([
    ['echoabccwxyzdef', 'echoabcxyz'],
    ['gs', 'gitstatus'],
    ['echoabcd', 'echoaXcd'],
  ])('may be shown otherwise: %s as %s', (typed, shown) => {
    expect(mayBeShownAs(typed, shown)).toBe(true)
  })

  it.each([
    ['hunter2', '#~'],
    ['hunter2', 'Sorry,tryagain.'],
    ['echoone', 'echo'],
  ])('is not what was printed in its place: %s is not %s', (typed, shown) => {
    expect(mayBeShownAs(typed, shown)).toBe(false)
  })
})
