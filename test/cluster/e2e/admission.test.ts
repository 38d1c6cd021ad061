import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ExecTarget } from '../../../src/protocol/session.ts'
import { makeSessionId } from '../../../src/protocol/session-id.ts'
import { run } from '../../e2e/rig/program.ts'
import { recordedSession } from '../../e2e/rig/recordings.ts'
import { type Cluster, useCluster } from '../cluster.ts'
import { until } from '../wait.ts'
import { type Installed, installServer } from './installed.ts'
import { newReason, type Person, person } from './rig/person.ts'
import { RawClient } from './rig/raw-client.ts'

let cluster: Cluster
let installed: Installed
let alice: Person

beforeAll(async () => {
  cluster = await useCluster()
  installed = await installServer(cluster)
  alice = person(installed, 'alice')
})
afterAll(async () => {
  await installed?.dispose()
})

const RECORDED = 'commands in containers are recorded here, and this one has no open session'
const SPDY = { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' }

/** What an admin sees in the container: past the webhook, by its bypass. */
const inContainer = async (...command: readonly string[]): Promise<string> => {
  const argv = person(installed, 'admin').kubectl('exec', 'web-0', '--', ...command)
  return (await run(argv, { env: person(installed, 'admin').env })).stdout.toString()
}

describe('plain kubectl exec without a session', () => {
  test.each([
    ['a WebSocket', {}],
    ['SPDY', SPDY],
  ])('is denied over %s with the command to run instead, and runs nothing', async (_, env) => {
    const file = `/tmp/denied-${randomUUID()}`
    const argv = alice.kubectl('exec', '-i', 'web-0', '-c', 'app', '--', 'sh', '-c', `touch ${file}; echo "it ran"`)
    const { status, stdout, stderr } = await run(argv, { env: { ...alice.env, ...env } })
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain(RECORDED)
    expect(await inContainer('sh', '-c', `ls ${file} 2>/dev/null; echo looked`)).toBe('looked\n')
    const [, instead = ''] = /Run: (kubectl audit-exec .*)/.exec(stderr) ?? []
    const pasted = await run(['sh', '-c', instead.replace('kubectl', cluster.kubectlPath)], { env: alice.env })
    expect({ status: pasted.status, stdout: pasted.stdout.toString() }).toEqual({ status: 0, stdout: 'it ran\n' })
  })

  test('is denied to whoever acts as somebody that it is denied to', async () => {
    const admin = person(installed, 'admin')
    const as = ['--as=alice', '--as-group=developers', '--as-group=system:authenticated']
    const { status, stderr } = await run(admin.kubectl(...as, 'exec', 'web-0', '--', 'true'), { env: admin.env })
    expect(stderr).toContain(RECORDED)
    expect(status).toBe(1)
  })

  test('passes for a user who bypasses, with a warning', async () => {
    const admin = person(installed, 'admin')
    const { status, stdout } = await run(admin.kubectl('exec', 'web-0', '--', 'echo', 'hi'), { env: admin.env })
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 0, stdout: 'hi\n' })
  })
})

describe('kubectl attach', () => {
  test('with input is denied, since nothing would record it', async () => {
    const { status, stderr } = await run(alice.kubectl('attach', '-i', 'web-0', '-c', 'app'), { env: alice.env })
    expect(stderr).toContain('attaching to a container’s input is not recorded')
    expect(status).toBe(1)
  })
})

describe('a session', () => {
  let marker: string
  let target: ExecTarget
  let ours: RawClient
  let bobs: RawClient
  beforeEach(() => {
    marker = randomUUID()
    ours = new RawClient(cluster.kubeconfig('alice'))
    bobs = new RawClient(cluster.kubeconfig('bob'))
    const { namespace } = installed
    const flags = { stdin: false, stdout: true, stderr: true, tty: false }
    target = { namespace, pod: 'web-0', container: 'app', command: ['echo', marker, 'x'], ...flags }
    return () => {
      ours[Symbol.dispose]()
      bobs[Symbol.dispose]()
    }
  })
  const ran = () => ({ type: 'ran', output: `${marker} x\n`, exitCode: 0 })

  test('admits the exec of its user, and that of nobody else', async () => {
    const session = await ours.openSession(target)
    expect(await bobs.exec(target)).toMatchObject({ type: 'refused', status: 403 })
    expect(await ours.exec(target)).toEqual(ran())
    session.close()
  })

  test('admits one exec, and no second one', async () => {
    const session = await ours.openSession(target)
    expect(await ours.exec(target)).toEqual(ran())
    const second = await ours.exec(target)
    expect(second).toMatchObject({ type: 'refused', status: 403 })
    expect(second).toHaveProperty('message', expect.stringContaining('has admitted its one exec already'))
    session.close()
  })

  test('three times over admits exactly three of eight execs that come at once', async () => {
    const sessions = await Promise.all([1, 2, 3].map(() => ours.openSession(target)))
    const answers = await Promise.all(Array.from({ length: 8 }, () => ours.exec(target)))
    expect(answers.filter(({ type }) => type === 'ran')).toEqual([ran(), ran(), ran()])
    expect(answers.filter(({ type }) => type === 'refused')).toHaveLength(5)
    for (const session of sessions) session.close()
  })

  test('whose stream closed admits nothing', async () => {
    const session = await ours.openSession(target)
    session.close()
    await until({ what: 'the server to see it', seconds: 5 }, () =>
      installed.server.lines.some((line) => line.message === 'session-detached' && line.session === session.id),
    )
    expect(await ours.exec(target)).toMatchObject({ type: 'refused', status: 403 })
  })

  test('admits no exec that differs from it in any field, and stays unused by the attempt', async () => {
    const session = await ours.openSession(target)
    const others: readonly (Partial<ExecTarget> & { readonly query?: object })[] = [
      { pod: 'distroless-0' },
      { container: 'sidecar' },
      { query: { container: [] } },
      { command: ['echo', marker] },
      { command: ['echo', marker, 'x', ''] },
      { command: ['echo', `${marker} x`] },
      { command: ['echo', 'x', marker] },
      { command: ['sh'] },
      { stdin: true },
      { stdout: false },
      { stderr: false },
      { stderr: false, tty: true },
      { stdin: true, stderr: false, tty: true },
    ]
    for (const { query, ...change } of others) {
      const answer = await ours.exec({ ...target, ...change }, query as Record<string, unknown>)
      expect({ change, query, answer }).toMatchObject({ answer: { type: 'refused', status: 403 } })
    }
    expect(await ours.exec(target)).toEqual(ran())
    session.close()
  })

  test('cannot be taken over by somebody who knows its id', async () => {
    const session = await ours.openSession(target)
    await expect(bobs.openSession(target, session.id)).rejects.toMatchObject({ code: 'KAE_SESSION_FORBIDDEN' })
    expect(await ours.exec(target)).toEqual(ran())
    session.close()
  })

  test('cannot be opened without the right to, and then nothing runs', async () => {
    using stranger = new RawClient(cluster.kubeconfig('stranger'))
    await expect(stranger.openSession(target)).rejects.toMatchObject({ code: 'KAE_COLLECTOR_FORBIDDEN' })
  })

  test('for one namespace cannot be opened in another, where the user may', async () => {
    const id = makeSessionId(Date.now(), randomBytes(10))
    await expect(ours.openSession({ ...target, namespace: 'kube-system' }, id)).rejects.toMatchObject({
      code: 'KAE_COLLECTOR_FORBIDDEN',
    })
  })
})

interface AuditEvent {
  readonly auditID: string
  readonly stage: string
  readonly requestURI: string
  readonly responseStatus?: { readonly code: number; readonly message?: string }
  readonly annotations?: Readonly<Record<string, string>>
}

describe("the API server's audit log", () => {
  const eventsOf = (path: string, marker: string): AuditEvent[] =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.includes(marker))
      .map((line) => JSON.parse(line) as AuditEvent)

  test('names the session of an audited exec, twice', async ({ skip }) => {
    const log = cluster.own?.auditLog
    if (log === undefined) return skip('the audit log of a cluster that is not ours cannot be read')
    const [reason, marker] = [newReason(), randomUUID()]
    await run(alice.plugin('web-0', '--reason', reason, '--', 'echo', marker), { env: alice.env })
    const { id } = await recordedSession(installed.logFolder, reason)
    const look = () => eventsOf(log, marker).find(({ stage }) => stage === 'ResponseComplete')
    const event = await until({ what: 'the audit event', seconds: 10 }, look)
    expect(event).toMatchObject({ auditID: id, annotations: { 'exec.kube-audit-exec.io/session': id } })
  })

  test('says of a plain exec that it was denied, and why', async ({ skip }) => {
    const log = cluster.own?.auditLog
    if (log === undefined) return skip('the audit log of a cluster that is not ours cannot be read')
    const marker = randomUUID()
    await run(alice.kubectl('exec', 'web-0', '--', 'echo', marker), { env: alice.env })
    const look = () => eventsOf(log, marker).find(({ stage }) => stage === 'ResponseComplete')
    const event = await until({ what: 'the audit event', seconds: 10 }, look)
    expect(event).toMatchObject({
      responseStatus: { code: 403 },
      annotations: { 'exec.kube-audit-exec.io/denied': 'no-session' },
    })
  })
})
