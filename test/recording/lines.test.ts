import { describe, expect, it } from 'vitest'
import { NO_LINK } from '../../src/protocol/chain.ts'
import type { RecordKind, SessionRecord } from '../../src/protocol/record.ts'
import type { SessionId } from '../../src/protocol/session-id.ts'
import { isoTime, recordJson, recordLine } from '../../src/recording/lines.ts'
import { endOf, openingOf } from '../rig/opening.ts'

const ID = '0193d2f0-0000-7000-8000-000000000001' as SessionId
const TIME = Date.UTC(2026, 0, 2, 3, 4, 5, 678) * 1000 + 9

const OPENING = openingOf({
  target: { command: ['sh', '-c', 'echo "hi"; \x1b]0;gotcha\x07'] },
  reason: 'INC-1\nforged line',
})
const END = endOf({ exitCode: 3, input: { bytes: 5 }, output: { bytes: 9 }, durationMs: 12 })

function record(kind: RecordKind, payload: Uint8Array | object): SessionRecord {
  const bytes = payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload))
  return { kind, session: ID, seq: 0, time: TIME, elapsed: 7, link: NO_LINK, salt: Buffer.alloc(16), payload: bytes }
}

const content = (kind: RecordKind, payload: Uint8Array | object): string => recordLine(record(kind, payload)).slice(43)

describe('a record as a line', () => {
  it('has its time to the microsecond, its kind and its bytes', () => {
    expect(recordLine(record('input', Buffer.from('ls\r')))).toBe('2026-01-02T03:04:05.678009Z  input         "ls\\r"')
  })

  it('names the user, marked as unverified where nobody vouches for them', () => {
    expect(content('open', OPENING)).toMatch(/^alice \(unverified\) runs sh -c "echo/)
    expect(content('open', { ...OPENING, authentication: 'request-header' })).toMatch(/^alice runs sh -c "echo/)
  })

  it('says how it was captured', () => expect(content('open', OPENING)).toContain('capture: client'))

  it('closes the hole of commands, reasons and messages that drive the terminal or forge a line', () => {
    const text = [content('open', OPENING), content('end', { ...END, message: 'x\n2026 forged \x1b[1m' })].join('')
    expect(text).not.toMatch(/\p{Cc}/u)
    expect(text).toContain('reason: "INC-1\\nforged line"')
  })

  it('tells how the session ended', () => {
    expect(content('end', END)).toBe('exited with 3; 5 bytes in; 9 bytes out; 12 ms')
  })

  it('tells the terminal’s size', () => expect(content('resize', Buffer.of(0, 80, 0, 24))).toBe('80 columns, 24 rows'))

  it.each<[RecordKind, Uint8Array | object]>([
    ['open', {}],
    ['open', Buffer.from('{')],
    ['end', { reason: 3 }],
    ['resize', Buffer.of(1)],
  ])('shows the payload of a malformed %s record as it is', (kind, payload) => {
    expect(content(kind, payload)).toMatch(/^not readable: "/)
  })
})

describe('a record as JSON', () => {
  it('carries bytes in base64', () => {
    expect(JSON.parse(recordJson(record('output', Buffer.of(0xff, 0x00))))).toEqual({
      session: ID,
      seq: 0,
      time: isoTime(TIME),
      elapsedMicros: 7,
      kind: 'output',
      base64: '/wA=',
    })
  })

  it('carries an opening as it was written', () => {
    expect(JSON.parse(recordJson(record('open', OPENING)))).toMatchObject({ content: OPENING })
  })
})
