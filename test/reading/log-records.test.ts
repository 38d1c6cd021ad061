import { describe, expect, it } from 'vitest'
import { commitmentOf } from '../../src/protocol/chain.ts'
import type { ReadRecord } from '../../src/protocol/read-record.ts'
import { type LogRequest, printLog } from '../../src/reading/print-log.ts'
import { ListedLibrary } from '../rig/listed-library.ts'
import { draftOf, endOf } from '../rig/opening.ts'
import { capturedOutput, type Made, sessionObject } from '../rig/session-object.ts'
import { chained, ID, OPENING } from './rig.ts'

const RAW = Buffer.from([0xff, 0x1b, 0x5b, 0x32, 0x4a])

const RECORDS = chained([
  draftOf('open', { ...OPENING, target: { ...OPENING.target, tty: false } }),
  draftOf('input', Buffer.from('ls\n'), 1e6),
  draftOf('output', Buffer.from('a\nb\n'), 2e6),
  draftOf('errorOutput', RAW, 3e6),
  draftOf('end', endOf(), 4e6),
])

const withheld = (record: (typeof RECORDS)[number]): ReadRecord => {
  const { session, seq, time, link, elapsed, kind: of, salt, payload } = record
  return {
    kind: 'withheld',
    of,
    session,
    seq,
    time,
    link,
    elapsed,
    payloadBytes: payload.length,
    commitment: commitmentOf(salt, payload),
  }
}

interface Asked {
  readonly format?: LogRequest['format']
  readonly follow?: boolean
  readonly timestamps?: boolean
  readonly input?: boolean
  readonly secrets?: boolean
  readonly columns?: number
  readonly at?: number
  readonly made?: Made
  readonly records?: readonly ReadRecord[]
}

async function print({ columns, at, made, records = RECORDS, ...request }: Asked) {
  const session = sessionObject({ target: { tty: false }, ...made })
  const library = new ListedLibrary([session])
  library.recorded = records
  const output = capturedOutput(columns)
  const resolved = { id: ID, session, ...(at === undefined ? {} : { at }) }
  const all = { format: 'lines', follow: false, timestamps: false, input: false, ...request } as LogRequest
  await printLog({ library, resolved }, all, output)
  return output
}

describe('the output of a session', () => {
  it('is its own bytes with --raw, both streams, and nothing that was typed', async () => {
    const { bytes } = await print({ format: 'raw' })
    expect(bytes).toEqual(Buffer.concat([Buffer.from('a\nb\n'), RAW]))
  })

  it('is never raw on a terminal, which it could take over', async () => {
    const printing = print({ format: 'raw', columns: 80 })
    await expect(printing).rejects.toMatchObject({ code: 'KAE_RAW_ON_TERMINAL', exit: 1 })
  })

  it('is in lines that drive no terminal', async () => {
    const { text, said } = await print({})
    expect(text).toMatch(/^a\nb\n/)
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
    expect(said).toEqual([])
  })

  it('has what was typed beside it where that is asked for', async () => {
    expect((await print({ input: true })).text).toContain('[typed] ')
    expect((await print({})).text).not.toContain('typed')
  })

  describe('on a terminal', () => {
    const made = { target: { tty: true } }
    const typed = chained(
      [
        draftOf('open', OPENING),
        draftOf('output', Buffer.from('$ ')),
        draftOf('input', Buffer.from('su -\r')),
        draftOf('output', Buffer.from('su -\r\nPassword: ')),
        draftOf('input', Buffer.from('hunter2\r')),
        draftOf('output', Buffer.from('\r\n# ')),
        draftOf('input', Buffer.from('id\r')),
        draftOf('output', Buffer.from('id\r\nuid=0\r\n# ')),
        draftOf('end', endOf()),
      ].map((draft, at) => ({ ...draft, elapsed: at * 1e6 })),
    )
    const shown = { made, records: typed, input: true }

    it('has what was typed but what was not echoed, unless that is asked for too', async () => {
      const { text } = await print(shown)
      expect(text).toContain('[typed] "su -\\r"\n')
      expect(text).toContain('[typed, perhaps without echo]\n')
      expect(text).toContain('[typed] "id\\r"\n')
      expect(text).not.toContain('hunter2')
      expect((await print({ ...shown, secrets: true })).text).toContain('[typed] "hunter2\\r"\n')
    })

    it('has nothing that was typed since it was looked at, while it runs', async () => {
      const session = sessionObject({ ...made, status: { phase: 'Live' } })
      const library = new ListedLibrary([session])
      library.recorded = shown.records.slice(0, 1)
      const read = library.records.bind(library)
      library.records = async function* () {
        yield* read()
        library.recorded = shown.records
      }
      const output = capturedOutput()
      const request = { format: 'lines', follow: false, timestamps: false, input: true, secrets: false } as const
      await printLog({ library, resolved: { id: ID, session } }, request, output)
      expect(output.text.match(/\[typed[^\n]*/g)).toEqual(Array(3).fill('[typed, perhaps without echo]'))
    })

    it('has nothing that was typed while it runs and is followed: what is echoed turns out later', async () => {
      const { text } = await print({ ...shown, follow: true, made: { ...made, status: { phase: 'Live' } } })
      expect(text.match(/\[typed[^\n]*/g)).toEqual(Array(3).fill('[typed, perhaps without echo]'))
    })
  })

  it('is nothing after its end, and that is said', async () => {
    const { text, said } = await print({ at: 99e6, made: { status: { durationMs: 4000 } } })
    expect([text, said]).toEqual(['', ['The session lasted 4.0s.']])
  })

  it('has the time of each line where that is asked for', async () => {
    const { text } = await print({ timestamps: true })
    expect(text).toMatch(/^2023-11-14T22:13:20\.000002Z {2}a\n/)
  })

  it('begins at the moment that was named', async () => {
    expect((await print({ at: 2_500_000 })).text).not.toContain('a\n')
    const records = (await print({ format: 'json', at: 2_500_000 })).text.trimEnd().split('\n')
    expect(records.map((line) => JSON.parse(line).kind)).toEqual(['errorOutput', 'end'])
    expect((await print({ format: 'records', at: 3_000_000 })).text.split('\n')).toHaveLength(3)
  })
})

describe('a person is told', () => {
  const inputAlone = { spec: { policy: { capture: 'client', record: 'Input', durability: 'Strict' } } } as const

  it('that nothing which was shown is on record, and how to see what was typed', async () => {
    expect((await print({ made: inputAlone })).said).toEqual([expect.stringMatching(/not on record.*--input/)])
    expect((await print({ made: inputAlone, input: true })).said).toEqual([])
    expect((await print({ made: inputAlone, format: 'json' })).said).toEqual([])
  })

  it('that the session runs, unless it is followed', async () => {
    const live = { status: { phase: 'Live' } } as const
    expect((await print({ made: live })).said).toEqual([expect.stringContaining('-f follows it')])
    expect((await print({ made: live, follow: true })).said).toEqual([])
  })
})

describe('records that a reader may not see', () => {
  const some = RECORDS.map((record) => (record.kind === 'input' ? withheld(record) : record))

  it('are lines of how many bytes they have', async () => {
    const { text } = await print({ format: 'records', records: some })
    expect(text.split('\n')[1]).toMatch(/^2023-11-14T22:13:20\.000001Z {2}input {9}3 bytes that you may not see$/)
  })

  it('are objects that say so', async () => {
    const { text } = await print({ format: 'json', records: some })
    expect(JSON.parse(text.split('\n')[1] ?? '')).toEqual({
      session: ID,
      seq: 1,
      time: '2023-11-14T22:13:20.000001Z',
      elapsedMicros: 1_000_000,
      kind: 'withheld',
      of: 'input',
      payloadBytes: 3,
    })
  })
})
