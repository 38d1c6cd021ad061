import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { SessionRecord } from '../../src/protocol/record.ts'
import { makeSessionId } from '../../src/protocol/session-id.ts'
import { violations } from './recovered.ts'
import { parseTrace } from './strace.ts'
import { fileWitness, MemoryWitness, readWitness } from './witness.ts'

const session = makeSessionId(0, Buffer.alloc(10, 1))
const record = (seq: number, kind: SessionRecord['kind'], text = ''): SessionRecord => ({
  session,
  seq,
  kind,
  time: 0,
  elapsed: 0,
  link: Buffer.alloc(32),
  salt: Buffer.alloc(16),
  payload: Buffer.from(text),
})
const input = (text: string) => ({ kind: 'input', payload: Buffer.from(text) }) as const

/** Two lines were sent, the first was acknowledged and went on. */
function witnessed(): MemoryWitness {
  const witness = new MemoryWitness()
  witness.acked(session, 0)
  witness.sent(session, 1, input('ls\r'))
  witness.acked(session, 1)
  witness.forwarded(session, input('ls\r'))
  witness.sent(session, 2, input('id\r'))
  return witness
}
const whole = [record(0, 'open', '{}'), record(1, 'input', 'ls\r'), record(2, 'input', 'id\r')]

describe('The check after a fault', () => {
  it('takes a log that has more than was acknowledged', () => {
    expect(violations(whole, witnessed().stories)).toEqual([])
    expect(violations([...whole, record(3, 'end', '{}')], witnessed().stories)).toEqual([])
    expect(violations(whole.slice(0, 2), witnessed().stories)).toEqual([])
  })

  it.each([
    ['an acknowledged record that is lost', whole.slice(0, 1), /1 was acknowledged, 1 records are there/],
    ['an empty log', [], /was acknowledged, 0 records/],
    ['a record twice', [...whole, whole[2]!], /record 2 in place 3/],
    ['a record that nobody sent', [...whole, record(3, 'input', 'rm\r')], /record 3 is not the one that was sent/],
    ['a record with other bytes', [whole[0]!, record(1, 'input', 'lz\r')], /record 1 is not the one that was sent/],
    ['records in another order', [whole[0]!, record(1, 'input', 'id\r'), record(2, 'input', 'ls\r')], /is not the one/],
  ])('finds %s', (_, records, words) => {
    expect(violations(records, witnessed().stories).join('\n')).toMatch(words)
  })

  it('finds input that the container got and the log has not', () => {
    const witness = witnessed()
    witness.forwarded(session, input('id\r'))
    expect(violations(whole, witness.stories)).toEqual([])
    expect(violations(whole.slice(0, 2), witness.stories).join()).toMatch(/reached the container/)
  })
})

describe('The check of a session under Line', () => {
  const line = record(0, 'open', '{"policy":{"durability":"Line"}}')
  /** Typed, not recorded yet: `ls`, Enter, `id`. */
  function typed(...forwarded: string[]): MemoryWitness {
    const witness = new MemoryWitness()
    witness.acked(session, 0)
    for (const [index, text] of ['ls', '\r', 'id'].entries()) witness.sent(session, index + 1, input(text))
    for (const text of forwarded) witness.forwarded(session, input(text))
    return witness
  }

  it('takes letters that the container got before the log', () => {
    expect(violations([line], typed('ls').stories)).toEqual([])
    expect(
      violations([line, record(1, 'input', 'ls'), record(2, 'input', '\r')], typed('ls', '\r', 'id').stories),
    ).toEqual([])
  })

  it.each([
    ['an Enter that the log has not', ['ls', '\r'], [line, record(1, 'input', 'ls')]],
    ['letters before an Enter that the log has not', ['ls', '\r', 'i'], [line]],
    ['a letter that nobody sent', ['lz'], [line]],
    ['letters under Strict', ['ls'], [record(0, 'open', '{}')]],
  ])('finds %s', (_, forwarded, records) => {
    expect(violations(records, typed(...forwarded).stories).join()).toMatch(/reached the container/)
  })
})

describe('A witness of a process that was killed', () => {
  it('tells of nothing by a line that was cut, and of all that the next process saw', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'witness-')), 'witness')
    const fd = openSync(path, 'a')
    const first = fileWitness(fd)
    first.acked(session, 0)
    first.forwarded(session, input('ls\r'))
    writeSync(fd, `\nf ${session} input 69`)
    fileWitness(fd).acked(session, 1)
    closeSync(fd)
    expect(readWitness(path)).toEqual(new Map([[session, { sent: new Map(), acked: 1, forwarded: ['input 6c730d'] }]]))
    rmSync(join(path, '..'), { recursive: true })
  })
})

describe('A trace of system calls', () => {
  it('joins a call that another thread interrupted, and says which calls were tampered with', () => {
    const trace = [
      '10 fdatasync(3</log/a> <unfinished ...>',
      '11 write(4</w>, "a", 1) = 1',
      '10 <... fdatasync resumed>) = 0',
      '10 fdatasync(3</log/a>) = -1 EIO (Input/output error) (INJECTED)',
      '10 +++ exited with 0 +++',
    ]
    expect(parseTrace(trace.join('\n'))).toMatchObject([
      { name: 'fdatasync', began: 0, ended: 2, injected: false },
      { name: 'write', began: 1, ended: 1, injected: false },
      { name: 'fdatasync', began: 3, ended: 3, injected: true },
    ])
  })
})
