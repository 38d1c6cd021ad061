/** A password is for those with sessions/secrets alone, however it came to be typed: nobody else is given its keys. */
import { describe, expect, test } from 'vitest'
import type { RecordKind } from '../../../src/protocol/record.ts'
import { deriveCommands } from '../../../src/recording/commands/derive.ts'
import { recordWith, stream } from '../../rig/recordings/fixture.ts'

type Part = readonly [RecordKind, string]

const PASSWORD = 'hunter2'

const OPENING = {
  version: 1,
  user: { username: 'dev', groups: [], extra: {} },
  authentication: 'request-header',
  target: { namespace: 'n', pod: 'p', container: 'c', command: ['bash'], stdin: true, stdout: true, tty: true },
  policy: { capture: 'client', record: 'InputOutput', durability: 'Strict' },
  client: { name: 'x', version: '1', platform: 'linux' },
}

const echoed = (text: string): Part[] =>
  [...text].flatMap((key): Part[] => [
    ['input', key],
    ['output', key],
  ])
const unseen = (text: string): Part[] => [...text].map((key): Part => ['input', key])
const ENTER: Part[] = [
  ['input', '\r'],
  ['output', '\r\n'],
]
const SUDO: Part[] = [['output', '$ '], ...echoed('sudo -i'), ...ENTER, ['output', 'Password: ']]
const LS: Part[] = [['output', '$ '], ...echoed('ls'), ...ENTER, ['output', '$ ']]

/** All keys that a reader without the right to secrets is given, and the command list. */
async function given(parts: readonly Part[]): Promise<{ readonly keys: string; readonly list: string }> {
  const all: Part[] = [['open', JSON.stringify(OPENING)], ...parts]
  const records = all.map(([kind, text], seq) =>
    recordWith({ kind, seq, elapsed: seq * 1000, payload: Buffer.from(text) }),
  )
  const { commands, hiddenSeqs } = await deriveCommands(stream(records))
  const shown = records.filter(({ kind, seq }) => kind === 'input' && !hiddenSeqs.includes(seq))
  return { keys: shown.map(({ payload }) => payload.toString()).join(''), list: JSON.stringify(commands) }
}

const WAYS: Readonly<Record<string, readonly Part[]>> = {
  'with Enter': [...SUDO, ...unseen(PASSWORD), ...ENTER],
  'broken off by Ctrl-C': [...SUDO, ...unseen(PASSWORD), ['input', '\x03'], ['output', '^C\r\n'], ...LS],
  'ended by Ctrl-D': [...SUDO, ...unseen(PASSWORD), ['input', '\x04'], ['output', '\r\n'], ...LS],
  'left by Ctrl-Z': [...SUDO, ...unseen(PASSWORD), ['input', '\x1a'], ['output', '\r\n'], ...LS],
  'when the connection broke': [...SUDO, ...unseen(PASSWORD)],
  'killed by Ctrl-U, before a command': [...SUDO, ...unseen(`${PASSWORD}\x15`), ['output', '\r\n'], ...LS],
  'within a program that has the whole screen': [['output', '\x1b[?1049h'], ...SUDO, ...unseen(PASSWORD), ...ENTER],
  'before a program took the screen': [...SUDO, ...unseen(PASSWORD), ['output', '\x1b[?1049h'], ['input', 'q']],
  'before text on the prompt’s own line': [
    ...SUDO,
    ...unseen(PASSWORD),
    ['input', '\r'],
    ['output', 'welcome\r\n'],
    ...LS,
  ],
  'behind a Tab': [...SUDO, ...unseen(`\t${PASSWORD}`), ['input', '\r'], ['output', 'welcome\r\n'], ...LS],
  'behind an Escape': [...SUDO, ...unseen(`\x1b${PASSWORD}`), ...ENTER, ['output', 'h\r\n'], ...LS],
  'at a prompt that looks like the shell’s': [
    ...LS,
    ...unseen(PASSWORD),
    ['input', '\r'],
    ['output', 'hello\r\n'],
    ...LS,
  ],
  'in one record with a command': [
    ['output', '$ '],
    ['input', `su\r${PASSWORD}\r`],
    ['output', 'su\r\nPassword: \r\n# '],
  ],
  'as an endless line': [...SUDO, ['input', PASSWORD + 'x'.repeat(40_000)], ...ENTER, ...LS],
}

describe('a password is not given to a reader without sessions/secrets', () => {
  test.each(Object.entries(WAYS))('typed %s', async (_, parts) => {
    const { keys, list } = await given(parts)
    expect(keys).not.toMatch(/[hunter2]{3}/)
    expect(list).not.toContain(PASSWORD)
  })

  test('at whatever record the recording ends', async () => {
    const parts = [...SUDO, ...unseen(PASSWORD), ...ENTER, ...LS]
    for (let end = 0; end <= parts.length; end += 1) {
      const { keys, list } = await given(parts.slice(0, end))
      expect(keys.replace('sudo -i', '')).not.toMatch(/[hnter2]/)
      expect(list).not.toMatch(/hun|ter2/)
    }
  })
})

test('what was echoed is given: commands, corrections and completions', async () => {
  const corrected: Part[] = [
    ['output', '$ '],
    ...echoed('lsx'),
    ['input', '\x7f'],
    ['output', '\b \b'],
    ...ENTER,
    ...LS,
  ]
  expect((await given(corrected)).keys).toBe('ls\x7f\rls\r')
  const completed: Part[] = [
    ['output', '$ '],
    ...echoed('cat fi'),
    ['input', '\t'],
    ['output', 'le.txt '],
    ...ENTER,
    ...LS,
  ]
  expect((await given(completed)).keys).toBe('cat fi\t\rls\r')
})

test('keys without a character are given: they tell nothing', async () => {
  const keys = '\x1b[A\x1b[B\x1bOP\x03'
  expect((await given([...SUDO, ['input', keys]])).keys).toBe(`sudo -i\r${keys}`)
})
