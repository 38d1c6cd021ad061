/** One recording by three ways: through the API server, by kubectl, and offline from a copy of the log. And who gets none of it. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sessionsPath } from '../../../src/protocol/api.ts'
import { RUN, run } from '../../e2e/rig/program.ts'
import { readingCases, TYPED } from '../../e2e/rig/reading-cases.ts'
import { recordedSession } from '../../e2e/rig/recordings.ts'
import { TerminalRun } from '../../e2e/rig/terminal.ts'
import { type Cluster, useCluster } from '../cluster.ts'
import type { User } from '../users.ts'
import { until } from '../wait.ts'
import { type Installed, installServer } from './installed.ts'
import { newReason, person } from './rig/person.ts'

const SECRET = 'hunter2-of-alice'
const OWNER: User = 'alice'
/** With the ClusterRole audit-exec-auditor, and with sessions/secrets. */
const AUDITOR: User = 'auditor'
/** Who may exec and read what is theirs, as the owner may; and who has no right at all. */
const COLLEAGUE: User = 'bob'
const STRANGER: User = 'stranger'

let cluster: Cluster
let installed: Installed
let id: string
let copy: string

beforeAll(async () => {
  cluster = await useCluster()
  installed = await installServer(cluster)
  await grant('audit-exec-auditor')
  const secrets = ['create', 'clusterrole', 'audit-exec-secrets', '--verb=get']
  await cluster.kubectl([...secrets, '--resource=sessions.kube-audit-exec.io/secrets'])
  await grant('audit-exec-secrets')
  id = await recordShell()
  copy = join(installed.folder, 'copy')
  cpSync(installed.logFolder, copy, { recursive: true })
  const sees = async () => (await sessions(AUDITOR, 'log', id, '--json')).stdout.includes(base64(`${SECRET}\r`))
  await until({ what: 'the auditor’s roles', seconds: 30 }, sees)
})
afterAll(async () => {
  await cluster?.kubectl(['delete', 'clusterrole', 'audit-exec-secrets', '--ignore-not-found'])
  await installed?.dispose()
})

const base64 = (text: string): string => Buffer.from(text).toString('base64')

async function grant(role: string): Promise<void> {
  const { namespace } = installed
  const argv = ['create', 'rolebinding', `${role}-s`, '-n', namespace, `--clusterrole=${role}`, `--user=${AUDITOR}`]
  expect(await cluster.kubectl(argv)).toMatchObject({ status: 0 })
}

async function recordShell(): Promise<string> {
  const { env, ours } = person(installed, OWNER)
  const reason = newReason()
  await using shell = new TerminalRun(ours('web-0', '-c', 'app', '--reason', reason), { env })
  await shell.until(/[#$] $/)
  // In two parts: the line that is echoed must not look like what it prints.
  shell.type("stty -echo; echo re''ady; read P; stty echo\r")
  await shell.until('ready')
  shell.type(`${SECRET}\r`)
  await shell.until(/[#$] $/)
  for (const line of TYPED) shell.type(`${line}\r`)
  await shell.end()
  return (await recordedSession(installed.logFolder, reason)).id
}

const reading = (...words: readonly string[]): string[] => [RUN, 'sessions', ...words, '-n', installed.namespace]

const sessions = (user: User, ...words: readonly string[]) =>
  run(reading(...words), { env: person(installed, user).env })

/** Numbers what the server knew when it answered: in another process it is another one. */
const withoutVersion = (text: string): string => text.replace(/("?resourceVersion"?: ?)"\d*"/g, '$1"…"')

// The id is known when the tests run, not when they are collected.
const cases = readingCases('ID', OWNER).map(({ words }, at) => ({ title: words.join(' '), at }))
const caseAt = (at: number) => readingCases(id, OWNER)[at]!

describe('through the API server and offline is the same, byte for byte', () => {
  test.each([
    'list -o json',
    'list -o jsonl',
    'list -o yaml',
    'list -o name',
    'show ID -o json',
    'show ID -o yaml',
    'log ID --timestamps',
    'log ID --input',
    'log ID --input --secrets',
    'log ID --records',
    'log ID --json',
    'log ID --raw',
    'search marker -o json',
    'search marker --output -o jsonl',
    'search marker -o name',
    'export ID --format json',
    'export ID --format text',
    'export ID --format html',
    'export ID --format asciicast-v2 --input',
    'export ID --format asciicast-v3 --input --secrets',
  ])('what sessions %s gives', async (line) => {
    const named = line.split(' ').map((word) => word.replace(/^ID$/, id))
    const served = await sessions(AUDITOR, ...named)
    const copied = await sessions(STRANGER, ...named, '--log', copy)
    expect([served.status, served.stderr]).toEqual([copied.status, copied.stderr])
    expect(withoutVersion(served.stdout.toString())).toBe(withoutVersion(copied.stdout.toString()))
    expect(served.stdout.length).toBeGreaterThan(0)
  })

  test('what sessions verify says of it but for how it was looked at', async () => {
    const served = JSON.parse((await sessions(AUDITOR, 'verify', id, '-o', 'json')).stdout.toString())
    const copied = await sessions(STRANGER, 'verify', '-o', 'json', '--log', copy)
    expect([served.intact, JSON.parse(copied.stdout.toString()).intact]).toEqual([true, true])
  })
})

describe('kubectl gets the same', () => {
  test('objects', async () => {
    const ours = JSON.parse((await sessions(AUDITOR, 'list', '-o', 'json')).stdout.toString())
    const list = await cluster.kubectl(['get', 'sessions', '-n', installed.namespace, '-o', 'json'], { as: AUDITOR })
    expect(JSON.parse(list.stdout).items).toEqual(ours.items)
  })

  test.each(['json', 'asciicast-v2', 'asciicast-v3'])('content as %s as an export has', async (format) => {
    const path = `${sessionsPath(installed.namespace, id, 'log')}?format=${format}`
    const raw = await cluster.kubectl(['get', '--raw', path], { as: AUDITOR })
    const exported = await sessions(AUDITOR, 'export', id, '--format', format)
    expect(raw.stdout).toBe(exported.stdout.toString())
  })
})

describe('the session’s own user, with the role of users alone', () => {
  test.each(cases)('runs sessions $title, and is not shown what was not echoed', async ({ at }) => {
    const { words, shows, status = 0 } = caseAt(at)
    const outcome = await sessions(OWNER, ...words)
    expect({ words, status: outcome.status, stderr: outcome.stderr }).toMatchObject({ words, status })
    const text = outcome.stdout.toString()
    for (const what of shows) expect(text).toMatch(what)
    for (const secret of [SECRET, base64(`${SECRET}\r`), base64(SECRET).slice(0, 20)])
      expect(text).not.toContain(secret)
  })
})

describe.each([
  [COLLEAGUE, 'with the same role', /KAE_SESSION_NOT_FOUND|^No sessions|^$/m],
  [STRANGER, 'without any', /KAE_READING_FORBIDDEN/],
] as const)('%s, an outsider %s', (user, _, says) => {
  test.each(cases)('gets nothing by sessions $title', async ({ at }) => {
    const { stdout, stderr } = await sessions(user, ...caseAt(at).words)
    const all = stdout.toString() + stderr
    expect(stderr).toMatch(says)
    expect(stdout.toString()).not.toContain(id)
    for (const told of ['marker', SECRET, `${OWNER} `, 'web-0', `"name": "${id}"`]) expect(all).not.toContain(told)
  })

  test('gets nothing by kubectl', async () => {
    const { namespace } = installed
    const asked = (...argv: readonly string[]) => cluster.kubectl([...argv], { as: user })
    for (const argv of [
      ['get', 'sessions', '-n', namespace, '-o', 'wide'],
      ['get', 'session', id, '-n', namespace, '-o', 'yaml'],
      ['describe', 'session', id, '-n', namespace],
      ['get', '--raw', sessionsPath(namespace, id, 'log')],
    ]) {
      const { stdout, stderr } = await asked(...argv)
      expect([argv, stdout]).toEqual([argv, ''])
      expect(stderr).toMatch(/Forbidden|NotFound|No resources found/)
    }
  })
})
