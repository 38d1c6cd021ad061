/** What was recorded may be anything: the command list of it must come, be the same, and take no longer than its bytes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RecordKind, SessionRecord } from '../../../src/protocol/record.ts'
import { deriveCommands } from '../../../src/recording/commands/derive.ts'
import { recordsOf, recordWith, stream } from '../../rig/recordings/fixture.ts'
import '../../fuzz/runs.ts'

const [OPEN] = recordsOf('bash-plain')
const RUNS = Math.min(Number(process.env.FUZZ_RUNS ?? 150), 20_000)

type Part = readonly [RecordKind, string | Uint8Array]

/** A session on a terminal, of these records; each 1 ms after the one before. */
const session = (parts: readonly Part[]): SessionRecord[] => [
  ...(OPEN === undefined ? [] : [OPEN]),
  ...parts.map(([kind, payload], index) =>
    recordWith({ kind, elapsed: (index + 1) * 1000, seq: index + 1, payload: Buffer.from(payload) }),
  ),
]

const PIECES = [
  'ls -l',
  '\r',
  '\n',
  '\r\n',
  '$ ',
  'web-0$ ',
  '> ',
  '\x1b[A',
  '\x1b[?2004h',
  '\x1b[?2004l',
  '\x1b[?1049h',
  '\x1b[?1049l',
  '\x1b]133;B\x07',
  '\x1b]133;C\x07',
  '\x1b]133;D;1\x07',
  '\x1b]133;',
  '\x1b[200~',
  '\x1b[201~',
  '\x12',
  '\x03',
  '\t',
  '\x7f',
  '\x1b[2J\x1b[H',
  '\x1b[99999999999b',
  '漢',
  'a\u0301\u0301',
  '\x1bc',
  'x'.repeat(90),
]

const bytes = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((all) => Buffer.from(all.join(''))),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array)) },
)
const kind = fc.constantFrom<RecordKind>(
  'input',
  'input',
  'output',
  'output',
  'output',
  'resize',
  'inputEnd',
  'errorOutput',
)
const parts = fc.array(fc.tuple(kind, bytes), { maxLength: 30 })

/** The same, but every output in pieces of one record each. */
const inPieces = (records: readonly SessionRecord[], size: number): SessionRecord[] =>
  records.flatMap((record) => {
    if (record.kind !== 'output') return [record]
    const count = Math.ceil(record.payload.length / size)
    return Array.from({ length: count }, (_, index) => ({
      ...record,
      payload: record.payload.subarray(index * size, (index + 1) * size),
    }))
  })

describe('any recording', () => {
  it('gives a list, whatever its bytes are', async () => {
    const property = fc.asyncProperty(parts, async (all) => {
      const { commands, hiddenSeqs } = await deriveCommands(stream(session(all)))
      expect(commands.length).toBeLessThanOrEqual(all.join('').length)
      expect(hiddenSeqs).toEqual([...hiddenSeqs].sort((a, b) => a - b))
    })
    await fc.assert(property, { numRuns: RUNS })
  })

  it('gives the same list however its output was cut', async () => {
    const property = fc.asyncProperty(parts, fc.integer({ min: 1, max: 7 }), async (all, size) => {
      const records = session(all)
      const whole = await deriveCommands(stream(records))
      expect(await deriveCommands(stream(inPieces(records, size)))).toEqual(whole)
    })
    await fc.assert(property, { numRuns: RUNS })
  })

  it.each(['bash-lag', 'zsh-rprompt', 'fish-plain', 'psql-prompt', 'later-tmux', 'work-ash-nested'])(
    '%s is the same byte by byte',
    async (name) => {
      const records = recordsOf(name)
      expect(await deriveCommands(stream(inPieces(records, 1)))).toEqual(await deriveCommands(stream(records)))
    },
  )
})

const typedAhead: Part[] = [
  ['input', 'never echoed\r'],
  ['output', 'web-0$ '],
]
const output = (text: string): Part[] => [...typedAhead, ['output', text]]
const many = (count: number, part: (index: number) => Part): Part[] =>
  Array.from({ length: count }, (_, index) => part(index))

/** Lines wait that may all be the end of one that has hundreds of rows, and it is left again and again. */
const leftAgain = (size: number): Part[] => [
  ['output', '$ '],
  ['input', 'xx\r'.repeat(size / 64)],
  ['output', `${'x'.repeat(16_000)}\n\n${'\x1b[A\n'.repeat(size / 4)}`],
]

/** Each takes a size, and is about so many bytes. */
const ATTACKS: Readonly<Record<string, (size: number) => Part[]>> = {
  'one title of all its bytes': (size) => output(`\x1b]0;${'t'.repeat(size)}`),
  'one mark of all its bytes': (size) => output(`\x1b]133;${'D;1'.repeat(size / 3)}\x07`),
  'one control sequence of all its bytes': (size) => output(`\x1b[${'1;'.repeat(size / 2)}m`),
  'one line without an end': (size) => output('x'.repeat(size)),
  'nothing but line feeds': (size) => output('\n'.repeat(size)),
  'lines that are left again and again': (size) => output(`${'x'.repeat(5000)}${'\x1b[A\n'.repeat(size / 4)}`),
  'line feeds while lines wait': (size) => [
    ['input', 'find 1\r'.repeat(size / 64)],
    ['output', `web-0$ ${'\n'.repeat(size)}`],
  ],
  'a long line that is left in a wide window': (size) => [['resize', Uint8Array.of(2, 0, 1, 0)], ...leftAgain(size)],
  'a long line that is left in a narrow window': (size) => [['resize', Uint8Array.of(0, 2, 1, 0)], ...leftAgain(size)],
  'a screen that a multiplexer paints': (size) => [
    ['resize', Uint8Array.of(2, 0, 1, 0)],
    ['input', 'tmux\r'],
    ['output', '$ tmux\r\n\x1b[?1049h$ '],
    ['input', 'never shown\r'],
    ...many(size / 32, (): Part => ['output', 'x'.repeat(32)]),
  ],
  'accents on one letter': (size) => output(`a${'\u0301'.repeat(size / 2)}`),
  'programs that take the screen': (size) => output('\x1b[?1049h\x1b[?1049l'.repeat(size / 16)),
  'marks of commands': (size) => output('\x1b]133;B\x07x\x1b]133;C\x07\x1b]133;D;0\x07\n'.repeat(size / 32)),
  'one line that is typed': (size) => [
    ['input', `${'x'.repeat(size)}\r`],
    ['output', '$ ok\r\n'],
  ],
  'going to and fro in a long line': (size) => [
    ['input', `${'x'.repeat(16_000)}${'\x01\x05\x1bb\x1bf'.repeat(size / 6)}\r`],
  ],
  'writing into the middle of a long line': (size) => [
    ['input', `${'x'.repeat(16_000)}\x01${'y\x7f'.repeat(size / 2)}\r`],
  ],
  'nothing but Enter': (size) => [
    ['input', '\r'.repeat(size)],
    ['output', '\r\n'.repeat(size / 2)],
  ],
  'lines that are never seen': (size) => [
    ['input', 'secret\r'.repeat(size / 8)],
    ['output', 'out\r\n'.repeat(size / 8)],
  ],
  'a size in every record': (size) =>
    many(size / 64, (index) => ['resize', Uint8Array.of(0, 40 + (index % 90), 0, 24)]),
  'keys one by one': (size) => many(size / 16, (index) => (index % 2 ? ['input', 'k'] : ['output', 'k'])),
}

async function fastest(parts: readonly Part[]): Promise<number> {
  const records = session(parts)
  let least = Number.POSITIVE_INFINITY
  for (let run = 0; run < 3; run += 1) {
    const started = performance.now()
    await deriveCommands(stream(records))
    least = Math.min(least, performance.now() - started)
  }
  return least
}

describe('a recording that attacks', () => {
  it.each(Object.entries(ATTACKS))(
    'by %s costs eight times as much when it is eight times as long',
    async (_, attack) => {
      const size = 48 * 1024
      await fastest(attack(size / 8))
      const [short, long] = [await fastest(attack(size)), await fastest(attack(size * 8))]
      // Quadratic time would be 64 times as much. A millisecond is what the clock and the machine may add.
      expect(long).toBeLessThan(24 * (short + 1))
    },
    60_000,
  )
})
