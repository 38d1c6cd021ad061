import { expect, it } from 'vitest'
import { hiddenInput } from '../../src/reading/hidden-input.ts'
import { draftOf } from '../server-min/library/rig.ts'
import { chained, OPENING } from './rig.ts'

const records = chained(
  [
    draftOf('open', { ...OPENING, target: { ...OPENING.target, tty: true } }),
    draftOf('output', '$ '),
    draftOf('input', 'id\r'),
    draftOf('output', 'id\r\nuid=0\r\n$ '),
  ].map((draft, at) => ({ ...draft, elapsed: at * 1e6 })),
)

it('is what was not echoed, and all that came since it was looked at', async () => {
  async function* now() {
    yield* records
  }
  const hidden = await hiddenInput(now())
  expect([2, 3, 4, 99].map((seq) => hidden.has(seq))).toEqual([false, false, true, true])
})
