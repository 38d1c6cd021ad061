import { describe, expect, it } from 'vitest'
import type { ReadRecord } from '../../../src/protocol/read-record.ts'
import type { RecordKind } from '../../../src/protocol/record.ts'
import { deriveCommands } from '../../../src/recording/commands/derive.ts'
import { DOUBTS } from '../../../src/recording/commands/doubts.ts'
import { recordsOf, recordWith, stream } from '../../rig/recordings/fixture.ts'

interface Session {
  readonly command?: readonly string[]
  readonly tty?: boolean
  readonly record?: 'Input' | 'InputOutput'
}

type Part = readonly [RecordKind, string]

function records(
  { command = ['bash'], tty = true, record = 'InputOutput' }: Session,
  parts: readonly Part[],
): ReadRecord[] {
  const opening = {
    version: 1,
    user: { username: 'dev', groups: [], extra: {} },
    authentication: 'unverified',
    target: { namespace: 'n', pod: 'p', container: 'c', command, stdin: true, stdout: true, stderr: !tty, tty },
    policy: { capture: 'client', record, durability: 'Strict' },
    client: { name: 'x', version: '1', platform: 'linux' },
  }
  const all: Part[] = [['open', JSON.stringify(opening)], ...parts]
  return all.map(([kind, payload], seq) =>
    recordWith({ kind, seq, elapsed: seq * 1000, payload: Buffer.from(payload) }),
  )
}

const withheld = ({
  session,
  seq,
  time,
  link,
  elapsed,
  kind,
  payload,
}: ReadRecord & { payload: Uint8Array }): ReadRecord => ({
  ...{ session, seq, time, link, elapsed, kind: 'withheld', of: kind as RecordKind },
  ...{ payloadBytes: payload.length, commitment: new Uint8Array(32) },
})

const lines = async (session: Session, parts: readonly Part[]) =>
  (await deriveCommands(stream(records(session, parts)))).commands

describe('a session without a terminal', () => {
  it('gives its own command, as a shell would take it, with how it ended', async () => {
    const end = JSON.stringify({ version: 1, reason: 'exited', exitCode: 3, input: { bytes: 0 }, durationMs: 12 })
    expect(await lines({ command: ['sh', '-c', "echo 'a b'"], tty: false }, [['end', end]])).toEqual([
      {
        type: 'command',
        source: 'exec',
        line: `sh -c 'echo '\\''a b'\\'''`,
        elapsed: 0,
        seq: 0,
        doubts: [],
        exitCode: 3,
        durationMs: 12,
      },
    ])
  })

  it('gives the lines that were piped into a shell, and says that they may be data', async () => {
    const commands = await lines({ command: ['/bin/bash', '-s'], tty: false }, [
      ['input', 'ec'],
      ['input', 'ho hi\r\nls'],
      ['inputEnd', ''],
    ])
    expect(commands.slice(1)).toMatchObject([
      { line: 'echo hi', source: 'typed', doubts: [DOUBTS.piped] },
      { line: 'ls', source: 'typed', doubts: [DOUBTS.piped] },
    ])
  })

  it.each([[['psql']], [['sh', '-c', 'cat']], [['sh', 'script.sh']]])(
    'takes no input of %j for commands',
    async (command) => {
      expect(await lines({ command, tty: false }, [['input', 'secret data\n']])).toHaveLength(1)
    },
  )
})

describe('a session whose output was not recorded', () => {
  it('never shows the line after a command that asks for a password', async () => {
    const { commands, hiddenSeqs } = await deriveCommands(
      stream(
        records({ record: 'Input' }, [
          ['input', 'sudo -i\r'],
          ['input', 'hunter2'],
          ['input', '\r'],
          ['input', 'id\r'],
        ]),
      ),
    )
    expect(commands.map((each) => (each.type === 'command' ? each.line : each.type))).toEqual([
      'sudo -i',
      'hidden',
      'id',
    ])
    expect(hiddenSeqs).toEqual([1, 2, 3])
  })

  it('never invents what history and completion made, and says so', async () => {
    const commands = await lines({ record: 'Input' }, [['input', '\x1b[A\rcat fo\t\r\x12secret\r']])
    expect(commands).toMatchObject([
      { line: '', doubts: [DOUBTS.history] },
      { line: 'cat fo', doubts: [DOUBTS.completion] },
      { line: '', doubts: [DOUBTS.history] },
    ])
  })
})

describe('what was typed without echo', () => {
  it('is nowhere in the list, and its records are named', async () => {
    const recording = recordsOf('bash-hidden')
    const { commands, hiddenSeqs } = await deriveCommands(stream(recording))
    const typed = hiddenSeqs.map((seq) => recording[seq]?.payload.toString()).join('')
    expect(typed).toBe('hunter2hunter2\rcorrect horse\rbattery staple\rs3cr3t\r')
    expect(JSON.stringify(commands)).not.toMatch(/hunter2|correct|battery|s3cr3t/)
  })

  it('gives the same list to a reader from whom it is withheld', async () => {
    const recording = recordsOf('bash-hidden')
    const { commands, hiddenSeqs } = await deriveCommands(stream(recording))
    const hidden = new Set(hiddenSeqs)
    const seen = recording.map((record) => (hidden.has(record.seq) ? withheld(record) : record))
    const { commands: others } = await deriveCommands(stream(seen))
    const what = (all: typeof commands) => all.map((each) => (each.type === 'command' ? each.line : each.type))
    expect(what(others)).toEqual(what(commands))
  })
})

describe('a record that is damaged', () => {
  it('gives a list that says so', async () => {
    const { commands } = await deriveCommands(stream(recordsOf('bash-plain').slice(1)))
    expect(commands.at(-1)).toMatchObject({ doubts: [DOUBTS.noOpening] })
    expect(commands.length).toBeGreaterThan(5)
  })

  it('gives none for a journal or for nothing', async () => {
    expect(await deriveCommands(stream([]))).toEqual({ commands: [], hiddenSeqs: [] })
  })
})
