import { expect, it } from 'vitest'
import { printLog } from '../../src/reading/print-log.ts'
import type { ResolvedSession } from '../../src/reading/resolve-session.ts'
import { ListedLibrary } from '../rig/listed-library.ts'
import { capturedOutput, type Made, sessionObject } from '../rig/session-object.ts'

async function said(made: Made, input = false): Promise<readonly string[]> {
  const session = sessionObject(made)
  const resolved: ResolvedSession = { id: session.metadata.name, session }
  const output = capturedOutput()
  const request = { format: 'lines', follow: false, timestamps: false, input, secrets: false } as const
  await printLog({ library: new ListedLibrary([session]), resolved }, request, output)
  return output.said
}

const digest = { bytes: 76, sha256: '00' }
const INPUT_ALONE = { policy: { capture: 'client', record: 'Input', durability: 'Strict' } } as const

it('says of a session without a terminal that what it wrote is not on record, lest nothing is taken for it', async () => {
  const words = 'This session had no terminal: the 76 B that it wrote are counted and hashed, not on record.'
  expect(await said({ target: { tty: false }, status: { digests: { output: digest } } })).toEqual([words])
  expect(await said({ target: { tty: false }, status: { digests: { output: { ...digest, bytes: 0 } } } })).toEqual([])
})

it('says where input alone was recorded, but not to whoever asked for that', async () => {
  expect(await said({ spec: INPUT_ALONE })).toEqual([expect.stringContaining('--input prints what was typed')])
  expect(await said({ spec: INPUT_ALONE }, true)).toEqual([])
})
