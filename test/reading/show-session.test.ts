import { describe, expect, it } from 'vitest'
import type { RecordedCommand } from '../../src/protocol/recorded-command.ts'
import { placeWords } from '../../src/reading/library-flags.ts'
import { printSession } from '../../src/reading/show-session.ts'
import { capturedOutput, idOf, type Made, sessionObject } from '../rig/session-object.ts'

const COMMANDS: readonly RecordedCommand[] = [
  { type: 'command', elapsed: 0, seq: 0, line: 'sh', source: 'exec', doubts: [] },
  { type: 'command', elapsed: 1_500_000, seq: 3, line: 'ls', source: 'seen', doubts: [] },
]

async function lastLine(flags: Readonly<Record<string, unknown>>): Promise<string | undefined> {
  const output = capturedOutput()
  await printSession({ session: sessionObject(), commands: COMMANDS, place: placeWords(flags) }, 'text', output)
  return output.text.trimEnd().split('\n').at(-1)
}

describe('the last line of a session’s page', () => {
  it.each([
    [{}, ''],
    [{ local: true, json: false }, ' --local'],
    [{ log: ['./evidence', 'my logs'] }, ' --log ./evidence --log "my logs"'],
    [{ context: 'prod', namespace: 'shop', output: 'text' }, ' --context prod --namespace shop'],
  ])('replays from its first line, out of the same place: %j', async (flags, words) => {
    expect(await lastLine(flags)).toBe(`Replay from a place: kube-audit-exec sessions replay ${idOf(1)}@1.5${words}`)
  })

  const sessionLine = async (made: Made): Promise<string | undefined> => {
    const output = capturedOutput()
    await printSession({ session: sessionObject(made), commands: COMMANDS, place: ['--local'] }, 'text', output)
    return output.text.trimEnd().split('\n').at(-1)
  }

  it('says how to read what was typed where nothing else is on record', async () => {
    const line = `What was typed: kube-audit-exec sessions log ${idOf(1)} --input --local`
    expect(await sessionLine({ target: { tty: false } })).toBe(line)
  })

  it('offers nothing where nothing is on record', async () => {
    const line = await sessionLine({ target: { tty: false }, status: { inputBytes: 0 } })
    expect(line).not.toMatch(/kube-audit-exec sessions/)
  })

  it('has no credentials', async () => {
    expect(await lastLine({ token: 'secret', password: 'secret', username: 'alice' })).not.toContain('secret')
  })
})
