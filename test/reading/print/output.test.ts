import { describe, expect, it } from 'vitest'
import { contactTeller } from '../../../src/reading/print/output.ts'

function told(isTTY: boolean): string[] {
  const said: string[] = []
  const tell = contactTeller({ say: (line) => void said.push(line) }, { isTTY })
  tell(false)
  tell(true)
  return said
}

describe('a connection that is lost and comes back', () => {
  it('is told to a person at a terminal', () => {
    expect(told(true)).toEqual(['The connection was lost. Trying again…', 'The connection is back.'])
  })

  it('is not told to whoever collects what goes wrong', () => expect(told(false)).toEqual([]))
})
