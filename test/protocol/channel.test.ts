import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeClientFrame,
  decodeServerFrame,
  encodeChannel,
  encodeResize,
  encodeStatus,
  encodeStdin,
  encodeStdinClose,
  exitCodeOf,
} from '../../src/protocol/channel.ts'
import { printable } from '../../src/protocol/printable.ts'
import { decodeTerminalSize, encodeTerminalSize } from '../../src/protocol/terminal-size.ts'

describe('exec channels', () => {
  it('carry any bytes of stdin unchanged', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeClientFrame(encodeStdin(bytes))).toEqual({ type: 'stdin', bytes: Buffer.from(bytes) })
      }),
    )
  })

  it('carry a resize with the API server’s field names', () => {
    const frame = encodeResize({ columns: 120, rows: 40 })
    expect(frame.subarray(1).toString()).toBe('{"Width":120,"Height":40}')
    expect(decodeClientFrame(frame)).toEqual({ type: 'resize', size: { columns: 120, rows: 40 } })
  })

  it('close stdin with the channel’s number', () => {
    expect([...encodeStdinClose()]).toEqual([255, 0])
    expect(decodeClientFrame(encodeStdinClose())).toEqual({ type: 'stdin-close' })
  })

  it.each([
    ['an empty message', Buffer.alloc(0)],
    ['a channel that is none', Buffer.of(9, 1)],
    ['a resize of text', encodeChannel(4, Buffer.from('{"Width":"80","Height":24}'))],
    ['a resize past 16 bits', encodeChannel(4, Buffer.from('{"Width":70000,"Height":24}'))],
    ['a resize that is null', encodeChannel(4, Buffer.from('null'))],
    ['a close of stdout', Buffer.of(255, 1)],
  ])('do not accept %s from a client', (_, frame) => {
    expect(decodeClientFrame(frame).type).toBe('unknown')
  })

  it.each([
    ['an empty message', Buffer.alloc(0)],
    ['stdin', Buffer.of(0, 65)],
    ['a status that is not JSON', encodeChannel(3, Buffer.from('exit 0'))],
    ['a status of another kind', encodeChannel(3, Buffer.from('{"status":"Unsure"}'))],
  ])('do not accept %s from a server', (_, frame) => {
    expect(decodeServerFrame(frame).type).toBe('unknown')
  })

  it('never make a decoder throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        decodeClientFrame(Buffer.from(bytes))
        decodeServerFrame(Buffer.from(bytes))
      }),
    )
  })
})

describe('the exit code in a status', () => {
  const nonZero = (message: string) =>
    ({ status: 'Failure', reason: 'NonZeroExitCode', details: { causes: [{ reason: 'ExitCode', message }] } }) as const

  it('is 0 on success, and the cause’s number otherwise', () => {
    expect(exitCodeOf({ status: 'Success' })).toBe(0)
    const frame = decodeServerFrame(encodeStatus(nonZero('137')))
    expect(frame.type === 'status' && exitCodeOf(frame.status)).toBe(137)
  })

  it.each(['', 'many', '-1', '1e3'])('is unknown where the cause says %j', (message) => {
    expect(exitCodeOf(nonZero(message))).toBeUndefined()
  })

  it('is unknown where the command never ran', () => {
    expect(exitCodeOf({ status: 'Failure', reason: 'InternalError' })).toBeUndefined()
  })
})

describe('a terminal size on record', () => {
  it('is four bytes', () => {
    expect([...encodeTerminalSize({ columns: 300, rows: 50 })]).toEqual([1, 44, 0, 50])
    expect(decodeTerminalSize(Buffer.of(1, 44, 0, 50))).toEqual({ columns: 300, rows: 50 })
    expect(decodeTerminalSize(Buffer.of(1))).toBeUndefined()
  })
})

describe('text of another machine', () => {
  it('keeps its letters and loses what could drive a terminal', () => {
    expect(printable('naïve\tок\n\u001b]52;c;x\u0007\u009b31m\u202e')).toBe('naïve\tок\n�]52;c;x��31m�')
    expect(printable('x'.repeat(10_000))).toHaveLength(4000)
  })
})
