import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openConnection } from '../../src/kube/connection.ts'
import { loadConnection } from '../../src/kube/load.ts'
import { auditedExec } from '../../src/session/audited-exec.ts'
import { mayGoAhead } from '../../src/session/exec-ahead.ts'
import type { ExecInvocation } from '../../src/session/invocation.ts'
import type { Terminal } from '../../src/session/terminal.ts'
import { until } from '../server-min/rig/client.ts'
import { ApiServer, type Asked } from './rig/api-server.ts'

const SHELL: Omit<ExecInvocation, 'connection'> = {
  resource: 'web-0',
  container: 'app',
  command: ['bash'],
  stdin: true,
  tty: true,
  quiet: true,
  podRunningTimeoutMs: 1000,
  collector: 'cluster',
  record: 'InputOutput',
}

let folder: string
let api: ApiServer
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ahead-'))
  api = await ApiServer.start()
})
afterEach(async () => {
  await api[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

/** The program in this process, with a terminal on which `typed` was typed before anything happened. */
function start(more: Partial<ExecInvocation> = {}, typed = '') {
  const stdin = new PassThrough()
  stdin.write(typed)
  const fd = openSync(join(folder, 'out'), 'w')
  const said: string[] = []
  const terminal: Terminal = {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdoutFd: fd,
    stderrFd: fd,
    size: () => ({ columns: 80, rows: 24 }),
    onResize: () => () => {},
    raw: () => () => {},
    say: (line) => void said.push(line),
  }
  const flags = { server: api.url }
  const connection = openConnection(loadConnection(flags, { env: {} }))
  const invocation = { ...SHELL, connection: flags, ...more }
  const ended = auditedExec({ connection, invocation, terminal, onSession: () => {} }).finally(() => {
    connection.close()
    closeSync(fd)
  })
  ended.catch(() => {})
  return { ended, said, stdin }
}

const both = (): Promise<void> => until(() => api.attaches.length === 1 && api.execs.length === 1)
const at = <Kind>(list: readonly Kind[], index = 0): Kind => list[index]!

/** Channels of all that came over an exec, without its input's bytes. */
const channels = ({ frames }: Asked): number[] => frames.map((frame) => frame[0]!)

describe('A shell whose container is known', () => {
  test('is asked for while its session is being opened, and gets nothing before that is on record', async () => {
    const { ended, stdin } = start({}, 'id\r')
    await both()
    const exec = at(api.execs)
    const webSocket = exec.upgrade()
    const release = api.log.hold()
    api.serve(at(api.attaches))
    const answered = new Promise((resolve) => webSocket.once('pong', resolve))
    webSocket.ping()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(exec.frames).toEqual([])
    release()
    await answered
    await until(() => exec.frames.some((frame) => frame.subarray(1).toString() === 'id\r'))
    expect(channels(exec)).toEqual([4, 0])
    expect(api.log.records.map(({ kind }) => kind)).toEqual(['open', 'resize', 'input'])
    expect(exec.headers['audit-id']).toBe(at(api.log.records).session)
    expect(api.execs).toHaveLength(1)
    api.finish(webSocket)
    stdin.end()
    expect(await ended).toBe(0)
  })

  test('is closed where its session is refused, without a byte, and the user is told', async () => {
    const { ended, said } = start({}, 'id\r')
    await both()
    const exec = at(api.execs)
    exec.upgrade()
    at(api.attaches).refuse(503, 'no endpoints')
    await expect(ended).rejects.toMatchObject({ code: 'KAE_COLLECTOR_UNREACHABLE' })
    await until(() => exec.closed)
    expect(exec.frames).toEqual([])
    expect(said.join()).toContain('closed again')
  })

  test('is given up where its session is refused before the cluster has answered', async () => {
    const { ended } = start()
    await both()
    at(api.attaches).refuse(503, 'no endpoints')
    await expect(ended).rejects.toMatchObject({ code: 'KAE_COLLECTOR_UNREACHABLE' })
    await until(() => at(api.execs).closed)
  })

  test('is asked for once more where it was denied before its session was there', async () => {
    const { ended, stdin } = start()
    await both()
    at(api.execs).refuse(403, 'no open session')
    api.serve(at(api.attaches))
    await until(() => api.execs.length === 2)
    api.finish(at(api.execs, 1).upgrade())
    stdin.end()
    expect(await ended).toBe(0)
  })

  test.each([
    [403, 'KAE_EXEC_DENIED', 2],
    [404, 'KAE_EXEC_NOT_FOUND', 1],
    [500, 'KAE_EXEC_FAILED', 1],
  ])('fails with the cluster’s own words where it answers %i', async (code, fault, asked) => {
    const { ended } = start()
    await both()
    at(api.execs).refuse(code, 'because')
    api.serve(at(api.attaches))
    if (asked === 2) {
      await until(() => api.execs.length === 2)
      at(api.execs, 1).refuse(code, 'because')
    }
    await expect(ended).rejects.toMatchObject({ code: fault, message: expect.stringContaining('because') })
    expect(api.execs).toHaveLength(asked)
  })
})

describe('What is not asked for before its session is there', () => {
  const target = { ...SHELL, namespace: 'default', pod: 'web-0', stdout: true, stderr: false }

  test.each([
    ['a command that acts by itself', { command: ['rm', '-rf', '/srv'] }],
    ['a shell with a script', { command: ['sh', '-c', 'id'] }],
    ['a program of another name', { command: ['/tmp/bash'] }],
    ['a shell that reads a pipe', { tty: false }],
    ['a shell without input', { stdin: false }],
    ['a shell in a container that somebody else chooses', { container: undefined }],
  ])('%s', (_, more) => {
    const { container, ...rest } = { ...target, ...more }
    expect(mayGoAhead({ ...rest, ...(container === undefined ? {} : { container }) })).toBe(false)
    expect(mayGoAhead(target as never)).toBe(true)
  })

  test('is asked for when its open record is durable', async () => {
    const { ended, stdin } = start({ command: ['ls'] })
    await until(() => api.attaches.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(api.execs).toEqual([])
    api.serve(at(api.attaches))
    await until(() => api.execs.length === 1)
    expect(at(api.log.records).kind).toBe('open')
    api.finish(at(api.execs).upgrade())
    stdin.end()
    expect(await ended).toBe(0)
  })
})

test('A session that somebody terminates closes its exec, says by whom and why, and has an exit status of its own', async () => {
  const { ended, said, stdin } = start()
  await both()
  const exec = at(api.execs)
  exec.upgrade()
  api.serve(at(api.attaches))
  await until(() => exec.frames.length > 0)
  expect(await api.terminate('carol', 'the change window is over')).toBe('terminated')
  expect(await ended).toBe(77)
  await until(() => exec.closed)
  expect(said.join('\n')).toContain('by carol: the change window is over (KAE_SESSION_TERMINATED)')
  expect(said.join('\n')).toContain('may still run')
  stdin.end()
})
