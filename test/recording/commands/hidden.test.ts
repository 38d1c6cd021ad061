/** What was typed without echo, in every recording there is: nowhere in a list, and no record of it for those who may not read it. */
import { describe, expect, it } from 'vitest'
import type { SessionRecord } from '../../../src/protocol/record.ts'
import { deriveCommands } from '../../../src/recording/commands/derive.ts'
import { fixtureNames, inputAlone, recordsOf, stream, truthOf } from '../../rig/recordings/fixture.ts'

const secretsOf = (name: string): string[] =>
  truthOf(name).gives.flatMap((each) => ('hidden' in each ? [each.typed] : []))
const withSecrets = fixtureNames().filter((name) => secretsOf(name).length > 0)

/** The input records that hold each secret, in their order. */
function recordsWith(records: readonly SessionRecord[], secrets: readonly string[]): number[] {
  const inputs = records.filter(({ kind }) => kind === 'input')
  const seqs = inputs.flatMap(({ payload, seq }) => [...payload].map(() => seq))
  const typed = Buffer.concat(inputs.map(({ payload }) => payload)).toString('latin1')
  const found: number[] = []
  let from = 0
  for (const secret of secrets) {
    const at = typed.indexOf(secret, from)
    expect(at, `${secret} was typed`).toBeGreaterThanOrEqual(0)
    // A blank of it tells nothing, and may be in a record of its own.
    for (let index = at; index < at + secret.length; index += 1) {
      if (typed[index] !== ' ') found.push(seqs[index] ?? -1)
    }
    from = at + secret.length
  }
  return found
}

describe('what was typed without echo', () => {
  it('is in many recordings', () => {
    expect(withSecrets.flatMap(secretsOf).length).toBeGreaterThanOrEqual(30)
  })

  it.each(withSecrets)('is not in the list of %s, and its records are named', async (name) => {
    const records = recordsOf(name)
    const { commands, hiddenSeqs } = await deriveCommands(stream(records))
    const hidden = new Set(hiddenSeqs)
    for (const secret of secretsOf(name)) expect(JSON.stringify(commands)).not.toContain(secret)
    for (const seq of recordsWith(records, secretsOf(name))) expect(hidden).toContain(seq)
  })

  it.each(withSecrets)('makes one entry each in the list of %s, and nothing else does', async (name) => {
    const { commands } = await deriveCommands(stream(recordsOf(name)))
    expect(commands.filter(({ type }) => type === 'hidden')).toHaveLength(secretsOf(name).length)
  })
})

/** A script that asks, a second try with blanks in it: nothing in the keys tells what these are. */
const UNTOLD = ['Pa55 word', 'jump host 1', 'hunter2']

describe('what was typed without echo, of a session whose output was not recorded', () => {
  it.each(withSecrets)('is not in the list of %s where the keys tell that it was asked for', async (name) => {
    const { commands } = await deriveCommands(stream(inputAlone(recordsOf(name))))
    const shown = secretsOf(name).filter((secret) => JSON.stringify(commands).includes(secret))
    expect(shown.filter((secret) => !UNTOLD.includes(secret))).toEqual([])
  })
})
