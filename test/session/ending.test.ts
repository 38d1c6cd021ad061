import { describe, expect, it } from 'vitest'
import { fault } from '../../src/collector/faults.ts'
import { endingOf } from '../../src/session/ending.ts'
import { execFailure } from '../../src/session/exec-failure.ts'

const failure = (code: string) =>
  ({
    type: 'status',
    status: {
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: code }] },
    },
  }) as const

describe('the end of a session', () => {
  it('has the remote command’s exit status, and kubectl’s line where it is not 0', () => {
    expect(endingOf({ type: 'status', status: { status: 'Success' } }, false)).toEqual({
      end: { reason: 'exited', exitCode: 0 },
      exit: 0,
    })
    expect(endingOf(failure('137'), false)).toMatchObject({
      end: { reason: 'exited', exitCode: 137 },
      exit: 137,
      notice: 'command terminated with exit code 137',
    })
  })

  it('is kubectl’s 1 where the command could not be started, and names the way out where a shell was asked for', () => {
    const outcome = {
      type: 'status',
      status: { status: 'Failure', reason: 'InternalError', message: 'no such file' },
    } as const
    expect(endingOf(outcome, false)).toMatchObject({ exit: 1, fault: { code: 'KAE_EXEC_FAILED' } })
    const shell = endingOf(outcome, true)
    expect(shell).toMatchObject({ exit: 1, fault: { code: 'KAE_NO_SHELL' } })
    expect(shell.fault?.next).toContain('kubectl debug')
  })

  it('does not claim an exit status for a connection that broke', () => {
    const ending = endingOf({ type: 'dropped', why: 'closed with 1006 and no status' }, false)
    expect(ending).toMatchObject({ exit: 1, fault: { code: 'KAE_EXEC_DROPPED' }, end: { reason: 'exec-failed' } })
    expect(ending.end).not.toHaveProperty('exitCode')
  })

  it('leaves the end record to the collector where that is gone', () => {
    const lost = fault('KAE_COLLECTOR_LOST')
    expect(endingOf({ type: 'collector-failed', fault: lost }, false)).toEqual({ end: undefined, exit: 1, fault: lost })
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s is %i, as a shell reports it', (signal, exit) => {
    expect(endingOf({ type: 'interrupted', signal }, false)).toMatchObject({ exit, end: { reason: 'interrupted' } })
  })

  it('is that of a closed pipe where nobody reads the output any more', () => {
    const error = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
    expect(endingOf({ type: 'output-broken', error }, false)).toMatchObject({ exit: 141 })
  })
})

describe('a refused exec', () => {
  const status = (message: string) => Buffer.from(JSON.stringify({ kind: 'Status', message }))

  it.each([
    [403, 'KAE_EXEC_DENIED'],
    [404, 'KAE_EXEC_NOT_FOUND'],
    [400, 'KAE_EXEC_FAILED'],
    [500, 'KAE_EXEC_FAILED'],
    [504, 'KAE_EXEC_TIMEOUT'],
  ])('with %i is %s and tells the Status’s message', (code, expected) => {
    const failed = execFailure({
      status: code,
      contentType: 'application/json',
      body: status('admission webhook denied: use kubectl audit-exec'),
    })
    expect(failed).toMatchObject({ code: expected, detail: 'admission webhook denied: use kubectl audit-exec' })
  })

  it('by something that is no API server says so', () => {
    expect(execFailure({ status: 404, contentType: 'text/html', body: Buffer.from('<html>') })).toMatchObject({
      code: 'KAE_EXEC_PROTOCOL',
    })
    expect(execFailure({ status: 200, contentType: '', body: Buffer.alloc(0) })).toMatchObject({
      code: 'KAE_EXEC_PROTOCOL',
    })
  })
})
