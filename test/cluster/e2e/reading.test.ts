/** Recordings through the real API server: its RBAC on the path, its access reviews, its aggregation layer, its kubectl. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commandsPath, sessionsPath } from '../../../src/protocol/api.ts'
import { run } from '../../e2e/rig/program.ts'
import { recordedSession } from '../../e2e/rig/recordings.ts'
import { type Cluster, useCluster } from '../cluster.ts'
import type { User } from '../users.ts'
import { until } from '../wait.ts'
import { type Installed, installServer } from './installed.ts'
import { newReason, person } from './rig/person.ts'

let cluster: Cluster
let installed: Installed
let alices: string
let bobs: string

beforeAll(async () => {
  cluster = await useCluster()
  installed = await installServer(cluster)
  alices = await record('alice')
  bobs = await record('bob')
})
afterAll(async () => {
  await installed?.dispose()
})

async function record(user: 'alice' | 'bob'): Promise<string> {
  const { env, ours } = person(installed, user)
  const reason = newReason()
  await run(ours('web-0', '--reason', reason, '--', 'echo', `by ${user}`), { env })
  return (await recordedSession(installed.logFolder, reason)).id
}

const get = (user: User, path: string) => cluster.kubectl(['get', '--raw', path], { as: user })

async function names(user: User, path: string): Promise<readonly string[] | string> {
  const { status, stdout, stderr } = await get(user, path)
  if (status !== 0) return stderr
  return (JSON.parse(stdout) as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name)
}

/** Binds a role of server-min/deploy in the tests' namespace. */
async function bind(role: string, user: User): Promise<void> {
  const name = `reading-${randomBytes(3).toString('hex')}`
  const { namespace } = installed
  await cluster.kubectl(['create', 'rolebinding', name, '-n', namespace, `--clusterrole=${role}`, `--user=${user}`])
}

describe('who may read', () => {
  test('everybody their own', async () => {
    const path = sessionsPath(installed.namespace)
    expect(await names('alice', path)).toEqual([alices])
    expect(await names('bob', path)).toEqual([bobs])
    expect(await names('stranger', path)).toContain('Forbidden')
    expect((await get('bob', sessionsPath(installed.namespace, alices, 'log'))).stderr).toContain('NotFound')
    expect((await get('alice', sessionsPath(installed.namespace, alices, 'log'))).stdout).toContain(`alice runs echo`)
  })

  test('a viewer that sessions took place, an auditor what they recorded, as RBAC says so', async () => {
    const { namespace } = installed
    const list = sessionsPath(namespace)
    const log = sessionsPath(namespace, alices, 'log')
    expect(await names('auditor', list)).toContain('Forbidden')
    await bind('audit-exec-viewer', 'auditor')
    await until({ what: 'the viewer’s role', seconds: 30 }, async () => Array.isArray(await names('auditor', list)))
    expect(await names('auditor', list)).toEqual([bobs, alices])
    expect((await get('auditor', log)).stderr).toContain('audit-exec-auditor')
    expect(await names('auditor', sessionsPath(undefined))).toContain('Forbidden')
    await bind('audit-exec-auditor', 'auditor')
    await until({ what: 'the auditor’s role', seconds: 30 }, async () => (await get('auditor', log)).status === 0)
    const search = await get('auditor', `${commandsPath(namespace)}?text=by%20alice`)
    expect(JSON.parse(search.stdout)).toMatchObject({ items: [{ session: { metadata: { name: alices } } }] })
  })
})

describe('kubectl', () => {
  test('shows sessions as a table, explains them, and finds no verb that is not there', async () => {
    const { namespace } = installed
    const table = await cluster.kubectl(['get', 'sessions', '-n', namespace, '-o', 'wide'])
    expect(table.stdout).toMatch(/^NAME +USER +POD +CONTAINER +COMMAND +STATE +AGE +DURATION/)
    expect(table.stdout).toMatch(new RegExp(`${alices} +alice +web-0 +\\S+ +echo "by alice" +exit 0`))
    // The API server fetches OpenAPI documents of aggregated APIs when it gets round to it.
    const explained = async () =>
      (await cluster.kubectl(['explain', 'sessions.spec'])).stdout.includes('What its open record says')
    await until({ what: 'the schema', seconds: 90 }, explained)
    expect((await cluster.kubectl(['delete', 'session', alices, '-n', namespace])).stderr).toContain('does not allow')
  })

  test('describes one, selects by fields, takes pages, and sorts', async () => {
    const of = async (...words: readonly string[]) =>
      (await cluster.kubectl(['get', 'sessions', '-n', installed.namespace, '-o', 'name', ...words])).stdout
        .trim()
        .split('\n')
        .map((name) => name.split('/')[1] ?? '')
    const describe = await cluster.kubectl(['describe', 'session', alices, '-n', installed.namespace])
    expect(describe.stdout).toMatch(
      /^Name: +\S+$[\s\S]*^ +Username: +alice$[\s\S]*^ +Exit Code: +0$[\s\S]*^ +Phase: +Ended$/m,
    )
    expect(await of('--field-selector', 'spec.user.username=alice,status.exitCode=0,status.phase!=Live')).toEqual([
      alices,
    ])
    expect(await of('--field-selector', 'status.phase=Live')).toEqual([''])
    expect(await of('--chunk-size=1')).toEqual([bobs, alices])
    expect(await of('--sort-by=.status.startTime')).toEqual([alices, bobs])
    expect([await of('-l', 'app=web'), await of('-l', '!app')]).toEqual([[''], [bobs, alices]])
    const wrong = await cluster.kubectl(['get', 'sess', '-n', installed.namespace, '--field-selector', 'spec.nope=1'])
    expect(wrong.stderr).toMatch(/BadRequest.*spec\.nope/s)
  })

  test('names what there is among the resources of the cluster', async () => {
    const { stdout } = await cluster.kubectl(['api-resources', '--api-group=kube-audit-exec.io', '-o', 'wide'])
    expect(stdout).toMatch(/^sessions +sess +kube-audit-exec\.io\/v1alpha1 +true +Session +get,list,watch/m)
  })

  test('a namespace with recorded sessions can be deleted at once', async () => {
    const namespace = `kae-e2e-gone-${randomBytes(3).toString('hex')}`
    await cluster.kubectl(['create', 'namespace', namespace])
    const { status, stderr } = await cluster.kubectl(['delete', 'namespace', namespace, '--timeout=60s'])
    expect({ status, stderr }).toMatchObject({ status: 0 })
  })
})

test('a session is followed past the API server’s request timeout, and ended by somebody else', async () => {
  const { namespace } = installed
  const { env, ours } = person(installed, 'alice')
  const reason = newReason()
  // Output of a session without a terminal is not on record: so it is what comes in that is late.
  // By a FIFO: a shell would wait for the whole of a pipeline, and so longer than the session lasts.
  const late = 'mkfifo "$0"; (sleep 65; echo late; sleep 40) >"$0" 2>/dev/null & exec "$@" <"$0"'
  const argv = [
    'sh',
    '-c',
    late,
    join(installed.folder, 'late'),
    ...ours('-i', 'web-0', '--reason', reason, '--', 'cat'),
  ]
  const session = run(argv, { env, limitSeconds: 150 })
  const found = await until({ what: 'the session', seconds: 20 }, () =>
    recordedSession(installed.logFolder, reason).catch(() => undefined),
  )
  const log = get('alice', `${sessionsPath(namespace, found.id, 'log')}?follow=true`)
  const wasTyped = async () =>
    (await recordedSession(installed.logFolder, reason)).records.some(({ kind }) => kind === 'input')
  await until({ what: 'input after 65 s', seconds: 100 }, wasTyped)
  const path = sessionsPath(namespace, found.id, 'terminate')
  const input = '{"reason":"the change window is over"}'
  const refused = await cluster.kubectl(['create', '--raw', path, '-f', '-'], { as: 'alice', input })
  expect(refused.stderr).toContain('Forbidden')
  const ended = await cluster.kubectl(['create', '--raw', path, '-f', '-'], { input })
  expect({ status: ended.status, stderr: ended.stderr }).toMatchObject({ status: 0 })
  const { status, stdout } = await log
  expect([status, stdout.includes('late'), stdout.includes('the change window is over')]).toEqual([0, true, true])
  const outcome = await session
  expect(outcome.stderr.toString()).toContain('KAE_SESSION_TERMINATED')
})
