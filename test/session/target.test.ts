import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ExecInvocation } from '../../src/session/invocation.ts'
import { BEST_SHELL, execQuery, nameTarget } from '../../src/session/target.ts'
import { front, sendStatus } from '../collector/rig-server.ts'
import { targetOf } from '../rig/opening.ts'

const INVOCATION: ExecInvocation = {
  connection: {},
  resource: 'web-0',
  command: ['ls'],
  stdin: false,
  tty: false,
  quiet: false,
  podRunningTimeoutMs: 60_000,
  collector: 'auto',
  record: 'InputOutput',
}

const POD = {
  kind: 'Pod',
  metadata: { name: 'web-0' },
  spec: { containers: [{ name: 'app' }, { name: 'sidecar' }] },
  status: { phase: 'Running' },
}

/** A cluster with one pod, in any namespace. */
const cluster = (pod: object = POD) =>
  front({
    plain: (path: string, response: ServerResponse) => {
      if (!path.startsWith('/api/v1/namespaces/') || !path.endsWith('/pods/web-0')) return sendStatus(response, 404)
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(pod))
    },
    upgraded: ({ socket }) => void socket.destroy(),
  })

describe('what will run', () => {
  it('is asked of the cluster’s collector as it was named, and the API server is not asked first', async () => {
    await using fronted = await cluster()
    const { requested, shell } = await nameTarget(fronted.connection, { ...INVOCATION, stdin: true })
    expect(requested).toEqual({
      namespace: 'default',
      pod: 'web-0',
      command: ['ls'],
      stdin: true,
      stdout: true,
      stderr: true,
      tty: false,
    })
    expect([shell, fronted.asked]).toEqual([false, []])
  })

  it('is the container that was named, of a pod by its kind and name', async () => {
    await using fronted = await cluster()
    const named = await nameTarget(fronted.connection, { ...INVOCATION, resource: 'pod/web-0', container: 'app' })
    expect(named.requested).toMatchObject({ pod: 'web-0', container: 'app' })
  })

  it('is one output on a terminal: the API server refuses stderr beside it', async () => {
    await using fronted = await cluster()
    const { requested } = await nameTarget(fronted.connection, { ...INVOCATION, tty: true })
    expect(requested).toMatchObject({ tty: true, stdout: true, stderr: false })
  })

  it('is the best shell on a terminal where nothing is named', async () => {
    await using fronted = await cluster()
    const { requested, shell } = await nameTarget(fronted.connection, { ...INVOCATION, command: [], tty: true })
    expect([requested.command, shell]).toEqual([BEST_SHELL, true])
  })

  it('is nothing without a terminal where nothing is named', async () => {
    await using fronted = await cluster()
    await expect(nameTarget(fronted.connection, { ...INVOCATION, command: [] })).rejects.toMatchObject({
      code: 'KAE_NO_COMMAND',
      exit: 1,
    })
    expect(fronted.asked).toEqual([])
  })

  it('is chosen by kubectl’s rules where it must be resolved, with kubectl’s line', async () => {
    await using fronted = await cluster()
    const { resolve } = await nameTarget(fronted.connection, INVOCATION)
    expect(await resolve()).toMatchObject({
      target: { pod: 'web-0', container: 'app' },
      notice: 'Defaulted container "app" out of: app, sidecar',
    })
    const named = await nameTarget(fronted.connection, { ...INVOCATION, container: 'sidecar' })
    const resolved = await named.resolve()
    expect(resolved.target.container).toBe('sidecar')
    expect(resolved).not.toHaveProperty('notice')
  })

  it.each<[string, { readonly container?: string } & Partial<typeof POD>, string]>([
    ['a container that the pod has not', { container: 'db' }, 'KAE_KUBE_CONTAINER_UNKNOWN'],
    ['a pod without containers', { spec: { containers: [] } }, 'KAE_KUBE_CONTAINER_UNKNOWN'],
    ['a completed pod', { status: { phase: 'Succeeded' } }, 'KAE_KUBE_POD_COMPLETED'],
  ])('is refused in %s', async (_, { container, ...changed }, code) => {
    await using fronted = await cluster({ ...POD, ...changed })
    const invocation = container === undefined ? INVOCATION : { ...INVOCATION, container }
    const resolving = nameTarget(fronted.connection, invocation).then(({ resolve }) => resolve())
    await expect(resolving).rejects.toMatchObject({ code })
  })

  it('is the object of a manifest, in the manifest’s own namespace', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kae-target-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'pod.yaml')
    await using fronted = await cluster()
    const invocation = { ...INVOCATION, resource: undefined, filename: file }
    writeFileSync(file, 'kind: Pod\nmetadata: {name: web-0, namespace: prod}')
    expect((await nameTarget(fronted.connection, invocation)).requested).toMatchObject({ namespace: 'prod' })
    writeFileSync(file, 'kind: Pod\nmetadata: {name: web-0}')
    expect((await nameTarget(fronted.connection, invocation)).requested).toMatchObject({ namespace: 'default' })
  })
})

describe('the best shell', () => {
  it.each([
    [['bash', 'ash', 'sh'], 'bash'],
    [['ash', 'sh'], 'ash'],
    [['sh'], 'sh'],
  ])('of %j is %s', (shells, best) => {
    const folder = mkdtempSync(join(tmpdir(), 'kae-shells-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    for (const shell of shells) writeFileSync(join(folder, shell), `#!/bin/sh\necho ${shell}\n`, { mode: 0o755 })
    const { stdout, status } = spawnSync('/bin/sh', BEST_SHELL.slice(1), { env: { PATH: folder }, encoding: 'utf8' })
    expect([stdout, status]).toEqual([`${best}\n`, 0])
  })

  it('of none is 127, as a shell says it, which means that there is no shell', () => {
    expect(spawnSync('/bin/sh', BEST_SHELL.slice(1), { env: { PATH: '/nowhere' } }).status).toBe(127)
  })
})

it('says of the streams of an exec those that it has, and no false one', () => {
  const target = targetOf({ command: ['ls', '-l'], stdin: false, tty: false })
  expect(execQuery(target)).toEqual({ command: ['ls', '-l'], container: 'app', stdout: true })
  expect(execQuery({ ...target, stdin: true, stderr: true, tty: true })).toEqual({
    command: ['ls', '-l'],
    container: 'app',
    stdin: true,
    stdout: true,
    stderr: true,
    tty: true,
  })
})
