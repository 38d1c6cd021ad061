import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import type { SessionObject } from '../../src/protocol/session-object.ts'
import { type ListRequest, printSessions } from '../../src/reading/list-sessions.ts'
import { stateWords } from '../../src/reading/print/session-columns.ts'
import { ListedLibrary } from '../rig/listed-library.ts'
import { type CapturedOutput, capturedOutput, idOf, NOW, sessionObject } from '../rig/session-object.ts'

const REQUEST: ListRequest = {
  query: {},
  format: 'table',
  headings: true,
  limit: undefined,
  watch: false,
  clock: () => NOW,
}

const numbered = (count: number): SessionObject[] =>
  Array.from({ length: count }, (_, index) => sessionObject({ number: index + 1 }))

interface Printed extends CapturedOutput {
  readonly lines: readonly string[]
  readonly library: ListedLibrary
}

async function print(
  sessions: readonly SessionObject[] | ListedLibrary,
  request: Partial<ListRequest> = {},
  columns?: number,
): Promise<Printed> {
  const library = sessions instanceof ListedLibrary ? sessions : new ListedLibrary(sessions)
  const output = capturedOutput(columns)
  await printSessions(library, { ...REQUEST, ...request }, output)
  return Object.assign(output, { lines: output.text.split('\n').slice(0, -1), library })
}

describe('a list for a person', () => {
  it('is the newest fifty on a terminal, and says how to see more', async () => {
    const { lines, said } = await print(numbered(51), {}, 120)
    expect(lines).toHaveLength(51)
    expect(said).toEqual(['There are more. --limit 200 shows more of them, --since 1d or --user NAME fewer.'])
  })

  it('says nothing of more where fifty are all', async () => {
    const { lines, said } = await print(numbered(50), {}, 120)
    expect([lines.length, said]).toEqual([51, []])
  })

  it('has the whole ids of all sessions in a pipe, page after page', async () => {
    const { lines, library } = await print(numbered(501))
    expect(library.watched).toEqual([])
    expect(lines.slice(1).map((line) => line.slice(0, 36))).toEqual(
      Array.from({ length: 501 }, (_, index) => idOf(501 - index)),
    )
    expect(library.asked.map(({ page }) => page)).toEqual([{ limit: 500 }, { limit: 500, continue: '500' }])
  })

  it('asks for no more than the limit, over pages and within one', async () => {
    const { lines, library } = await print(numbered(700), { limit: 600, headings: false })
    expect(lines).toHaveLength(600)
    expect(library.asked.map(({ page }) => page.limit)).toEqual([500, 100])
    expect((await print(numbered(3), { limit: 2, headings: false })).lines).toHaveLength(2)
  })

  it('has ids as short as keeps them apart on a terminal', async () => {
    const twin = { name: `${idOf(1).slice(0, 24)}abcdefabcdef` as SessionObject['metadata']['name'] }
    const { lines } = await print([...numbered(2), sessionObject({ metadata: twin })], { headings: false }, 200)
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      idOf(2).slice(0, 13),
      ...[idOf(1), twin.name].sort((a) => (a === idOf(1) ? -1 : 1)),
    ])
  })

  it('has the columns that tell most, and with -o wide all of them', async () => {
    const narrow = await print(numbered(1), {}, 200)
    const wide = await print(numbered(1), { format: 'wide' }, 40)
    expect(narrow.lines[0]?.split(/ +/)).toEqual('ID AGE USER NAMESPACE POD STATE LINES COMMAND'.split(' '))
    expect(wide.lines[0]?.split(/ +/)).toEqual(
      'ID STARTED DURATION USER NAMESPACE POD CONTAINER STATE LINES OUTPUT CAPTURE REASON COMMAND'.split(' '),
    )
    expect(wide.lines[1]).toMatch(
      /2026-01-01 12:00:01Z +5\.0s +alice +prod +web-0 +app +exit 0 +2 +1\.5 kB +client +sh$/,
    )
  })

  it('has whole ids with -o wide, even on a terminal', async () => {
    const { lines } = await print(numbered(2), { format: 'wide', headings: false }, 80)
    expect(lines.map((line) => line.split(' ')[0])).toEqual([idOf(2), idOf(1)])
  })

  it.each([
    [{ phase: 'Live', reason: undefined, exitCode: undefined }, 32],
    [{ phase: 'Lost', reason: undefined, exitCode: undefined }, 31],
    [{ reason: 'client-lost', exitCode: undefined }, 31],
    [{ reason: 'terminated', exitCode: 0 }, 31],
    [{ reason: 'exited', exitCode: 1 }, 33],
    [{ reason: 'exited', exitCode: 0 }, 2],
    [{ reason: 'exited', exitCode: undefined }, 2],
    [{ reason: undefined, exitCode: undefined }, 2],
  ] as const)('colours the state of %j with %d', async (status, colour) => {
    const session = sessionObject({ status: status as never })
    const output = capturedOutput(200, true)
    await printSessions(new ListedLibrary([session]), { ...REQUEST, headings: false }, output)
    expect(output.text).toContain(`\x1b[${colour}m${stateWords(session)}\x1b[`)
  })

  it('leaves the namespace out where only one was asked for', async () => {
    const { lines } = await print(numbered(1), { query: { namespace: 'prod' } }, 200)
    expect(lines[0]).not.toContain('NAMESPACE')
  })

  it.each([
    [{ phase: 'Live', endTime: undefined, reason: undefined, exitCode: undefined }, 'live'],
    [{ phase: 'Lost', endTime: undefined, reason: undefined, exitCode: undefined }, 'no end recorded'],
    [{ phase: 'Ended', reason: undefined, exitCode: undefined }, 'ended'],
    [{ phase: 'Ended', reason: 'exited', exitCode: undefined }, 'exited'],
    [{ phase: 'Ended', reason: 'exited', exitCode: 137 }, 'exit 137'],
    [{ phase: 'Ended', reason: 'client-lost', exitCode: undefined }, 'client-lost'],
    [{ phase: 'Ended', reason: 'terminated', exitCode: 3 }, 'terminated with 3'],
  ] as const)('calls the state of %j %s', async (status, words) => {
    const { lines } = await print([sessionObject({ status: status as never })], { headings: false })
    expect(lines[0]).toContain(`  ${words}  `)
  })

  it('says that nobody vouches for a name, and shows nothing that drives a terminal', async () => {
    const session = sessionObject({
      spec: { authentication: 'unverified', user: { username: 'al\x1b[2Jice\u202e', groups: [], extra: {} } },
      target: { pod: 'web\n0', command: ['sh', '-c', '\x07'] },
    })
    const { text } = await print([session], { headings: false })
    expect(text).toContain(' (unverified)')
    expect(text.trimEnd()).not.toMatch(/[\p{Cc}\u202e]/u)
  })

  it('calls the shell that is looked for a shell, and other commands what they are', async () => {
    const best = 'command -v bash >/dev/null 2>&1 && exec bash; exec sh'
    const shown = await print(
      [
        sessionObject({ number: 1, target: { command: ['sh', '-c', best] } }),
        sessionObject({ number: 2, target: { command: ['sh', '-c', `${best}; rm -r /`] } }),
        sessionObject({ number: 3, target: { command: ['sh', '-c', best, 'x'] } }),
      ],
      { headings: false },
    )
    expect(shown.lines.map((line) => line.endsWith('  best shell'))).toEqual([false, false, true])
  })

  it.each([
    [{}, 'No sessions (a shelf).'],
    [{ user: 'bob' }, 'No sessions like that (a shelf).'],
    [{ namespace: 'dev' }, 'No sessions in namespace dev (a shelf); -A looks into all namespaces.'],
    [{ namespace: 'dev', pod: 'x' }, 'No sessions like that in namespace dev (a shelf); -A looks into all namespaces.'],
  ])('says what there is none of: %j', async (query, words) => {
    const { text, said } = await print([], { query })
    expect([text, said]).toEqual(['', [words]])
  })

  it('passes on what could not be read, and no byte of it that acts', async () => {
    const library = new ListedLibrary(numbered(1))
    library.warnings = ['a log is \x1bdamaged']
    expect((await print(library)).said).toEqual(['warning: a log is \\edamaged'])
  })
})

describe('a list for a program', () => {
  it.each(['json', 'yaml'] as const)('is one whole %s document, with where it ends', async (format) => {
    const { text, said } = await print(numbered(3), { format, limit: 2 })
    const list = load(text) as { items: SessionObject[]; metadata: object }
    expect(list).toMatchObject({ apiVersion: 'kube-audit-exec.io/v1alpha1', kind: 'SessionList' })
    expect(list.items).toEqual([sessionObject({ number: 3 }), sessionObject({ number: 2 })])
    expect(list.metadata).toEqual({ resourceVersion: '101', continue: '2' })
    expect(said).toEqual([])
  })

  it.each(['json', 'yaml'] as const)('is a whole %s document where there are none', async (format) => {
    const { text, said } = await print([], { format })
    expect(load(text)).toMatchObject({ kind: 'SessionList', items: [], metadata: { resourceVersion: '101' } })
    expect(said).toHaveLength(1)
  })

  it('is an object a line, in ASCII alone', async () => {
    const user = { username: 'zoë \x1b[2J', groups: [], extra: {} }
    const { text, lines } = await print([...numbered(2), sessionObject({ number: 3, spec: { user } })], {
      format: 'jsonl',
    })
    expect(lines.map((line) => JSON.parse(line).spec.user.username)).toEqual(['zoë \x1b[2J', 'alice', 'alice'])
    expect(text).toMatch(/^[\n -~]*$/)
  })

  it('is all of them, even on a terminal', async () => {
    const { lines } = await print(numbered(60), { format: 'name' }, 80)
    expect(lines).toHaveLength(60)
    expect(lines[0]).toBe(`session.kube-audit-exec.io/${idOf(60)}`)
  })
})

describe('a list that is watched', () => {
  const changing = (): ListedLibrary => {
    const library = new ListedLibrary(numbered(1))
    library.changes = [{ type: 'MODIFIED', object: sessionObject({ number: 7 }) }]
    return library
  }

  it('goes on with what changes after its first page', async () => {
    const library = changing()
    const { lines } = await print(library, { watch: true, format: 'name' })
    expect(lines.map((line) => line.split('/')[1])).toEqual([idOf(1), idOf(7)])
    expect(library.watched).toEqual(['101'])
  })

  it('waits under its headings where there is none yet', async () => {
    const library = new ListedLibrary([])
    library.changes = [{ type: 'ADDED', object: sessionObject({ number: 7 }) }]
    const { lines, said } = await print(library, { watch: true })
    expect(lines[0]).toMatch(/^ID /)
    expect(lines[1]).toMatch(new RegExp(`^${idOf(7)} `))
    expect(said).toEqual([])
  })

  const long = (number: number, more: object = {}): SessionObject =>
    sessionObject({ number, target: { pod: 'api-778fcf9677-jv9v5', command: ['tail', '-f', '/var/log/x'] }, ...more })

  it('cuts nothing in a pipe, neither of a later page nor of what is watched', async () => {
    const library = new ListedLibrary([long(1), ...numbered(501).slice(1)])
    library.changes = [{ type: 'ADDED', object: long(600) }]
    const { lines } = await print(library, { watch: true })
    expect(lines.filter((line) => line.includes('  api-778fcf9677-jv9v5  '))).toHaveLength(2)
    expect(lines.join()).not.toContain('…')
  })

  it.each([80, 120])(
    'keeps to the columns of its first page on a terminal of %d, and cuts what has no room',
    async (columns) => {
      const library = new ListedLibrary([sessionObject({ number: 1, target: { pod: 'db' } })])
      library.changes = [
        { type: 'ADDED', object: sessionObject({ number: 2 }) },
        { type: 'ADDED', object: long(3) },
      ]
      const { lines } = await print(library, { watch: true }, columns)
      const [headings = '', , short = '', longest = ''] = lines
      for (const heading of ['POD', 'STATE', 'COMMAND'])
        expect([heading, short[headings.indexOf(heading) - 1], short[headings.indexOf(heading)]]).toEqual([
          heading,
          ' ',
          expect.stringMatching(/[a-z]/),
        ])
      expect([short.includes('alice'), short.startsWith(`${idOf(2).slice(0, 13)} `)]).toEqual([true, true])
      expect(longest.length).toBeLessThanOrEqual(columns)
      expect(longest.includes('  api-778fcf9677-jv9v5  ')).toBe(columns === 120)
    },
  )

  it('shows what comes into an empty list, as much of it as the terminal is wide', async () => {
    const library = new ListedLibrary([])
    library.changes = [{ type: 'ADDED', object: long(7) }]
    const { lines } = await print(library, { watch: true }, 100)
    expect(lines[1]).toMatch(new RegExp(`^${idOf(7).slice(0, 13)} .* alice .* api-778fcf9677-jv9v5 .* tail -f`))
  })

  it('has ages of the time at which its rows are printed', async () => {
    let now = NOW
    const library = new ListedLibrary(numbered(1))
    library.changes = [{ type: 'MODIFIED', object: sessionObject({ number: 1 }) }]
    const { lines } = await print(library, {
      watch: true,
      headings: false,
      clock: () => {
        now += 3600e6
        return now
      },
    })
    const [first, second] = lines.map((line) => Number(/ (\d+)[hd] /.exec(line)?.[1]))
    expect(second).toBeGreaterThan(first ?? Number.POSITIVE_INFINITY)
  })

  it.each(['json', 'yaml'] as const)('is refused as %s, which has an end', async (format) => {
    const printed = print(changing(), { watch: true, format })
    await expect(printed).rejects.toMatchObject({ code: 'KAE_READING_FLAGS' })
  })
})
