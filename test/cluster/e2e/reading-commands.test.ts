/** The commands that read, run by people who may read and nothing else, through the real API server. */
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROGRAM_FOLDER, RUN, run } from '../../e2e/rig/program.ts'
import { readingCases, TYPED } from '../../e2e/rig/reading-cases.ts'
import { recordedSession } from '../../e2e/rig/recordings.ts'
import { TerminalRun } from '../../e2e/rig/terminal.ts'
import { Viewer } from '../../player/rig/viewer.ts'
import { type Cluster, useCluster } from '../cluster.ts'
import type { User } from '../users.ts'
import { until } from '../wait.ts'
import { type Installed, installServer } from './installed.ts'
import { newReason, person } from './rig/person.ts'

/** Who has nothing but the ClusterRole audit-exec-auditor in the namespace; and nothing but audit-exec-viewer. */
const AUDITOR: User = 'stranger'
const VIEWER: User = 'auditor'

let cluster: Cluster
let installed: Installed
let id: string

beforeAll(async () => {
  cluster = await useCluster()
  installed = await installServer(cluster)
  await bind('audit-exec-auditor', AUDITOR)
  await bind('audit-exec-viewer', VIEWER)
  symlinkSync(join(PROGRAM_FOLDER, 'bin/complete.js'), join(pluginsOf(AUDITOR), 'kubectl_complete-audit_exec'))
  const shell = await openShell()
  for (const line of TYPED) shell.type(`${line}\r`)
  await shell.end()
  id = shell.id
  for (const user of [AUDITOR, VIEWER]) {
    const sees = async () => (await sessions(user, 'list', '-o', 'name')).stdout.toString().includes(id)
    await until({ what: `the role of ${user}`, seconds: 30 }, sees)
  }
})
afterAll(async () => {
  await installed?.dispose()
})

async function bind(role: string, user: User): Promise<void> {
  const { namespace } = installed
  const argv = ['create', 'rolebinding', `${role}-${user}`, '-n', namespace, `--clusterrole=${role}`, `--user=${user}`]
  expect(await cluster.kubectl(argv)).toMatchObject({ status: 0 })
}

/** person() makes the folder in which kubectl finds the plugin. */
function pluginsOf(user: User): string {
  person(installed, user)
  return join(installed.folder, 'plugins')
}

const reading = (...words: readonly string[]): string[] => [RUN, 'sessions', ...words, '-n', installed.namespace]

function sessions(user: User, ...words: readonly string[]) {
  return run(reading(...words), { env: person(installed, user).env })
}

function kubectl(user: User, ...words: readonly string[]) {
  const { env, kubectl: argv } = person(installed, user)
  return run(argv(...words), { env })
}

class Shell extends TerminalRun {
  id = ''
}

/** A recorded shell of alice's, ready to type into. */
async function openShell(): Promise<Shell> {
  const { env, ours } = person(installed, 'alice')
  const reason = newReason()
  const shell = new Shell(ours('web-0', '-c', 'app', '--reason', reason), { env })
  await shell.until(/[#$] $/)
  shell.id = (await recordedSession(installed.logFolder, reason)).id
  return shell
}

function viewer(user: User, ...words: readonly string[]): Viewer {
  const { env } = person(installed, user)
  return new Viewer(reading(...words), { env, columns: 100, rows: 40 })
}

describe('an auditor without other rights', () => {
  test('has none', async () => {
    const rights = ['get pods', 'create pods --subresource=exec', 'create sessions --subresource=attach', 'get secrets']
    for (const right of rights) {
      const { stdout } = await kubectl(AUDITOR, 'auth', 'can-i', ...right.split(' '))
      expect([right, stdout.toString().trim()]).toEqual([right, 'no'])
    }
  })

  // The id is known when the tests run, not when they are collected.
  const cases = readingCases('ID', 'alice').map(({ words }, at) => ({ title: words.join(' '), at }))

  test.each(cases)('runs sessions $title', async ({ at }) => {
    const { words, shows, status = 0 } = readingCases(id, 'alice')[at]!
    const outcome = await sessions(AUDITOR, ...words)
    expect({ words, status: outcome.status, stderr: outcome.stderr }).toMatchObject({ words, status })
    for (const what of shows) expect(outcome.stdout.toString()).toMatch(what)
  })

  test('writes a typescript with its timing', async () => {
    const file = join(installed.folder, 'session.typescript')
    expect(await sessions(AUDITOR, 'export', id, '-o', file)).toMatchObject({ status: 0 })
  })

  test('replays a session, and leaves the terminal as it was', async () => {
    await using player = viewer(AUDITOR, 'replay', id)
    await player.untilText('exited with 3')
    await player.until('what was shown', (lines) => lines.some((line) => /^marker-42\b/.test(line)))
    player.type('q')
    const { status, before, after } = await player.run.end()
    expect({ status, after }).toEqual({ status: 0, after: before })
  })

  test('watches one that runs, may not end it, and sees how an administrator does', async () => {
    await using shell = await openShell()
    await using watching = viewer(AUDITOR, 'watch', shell.id)
    await watching.untilText('● LIVE')
    shell.type('echo live-$((1 + 1))\r')
    await watching.until('what was typed after', (lines) => lines.some((line) => line.startsWith('live-2')))
    const refused = await sessions(AUDITOR, 'terminate', shell.id, '--reason', 'no', '--yes')
    expect(refused).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/KAE_READING_FORBIDDEN[\s\S]*audit-exec-admin/),
    })
    expect(await sessions('admin', 'terminate', shell.id, '--reason', 'change window', '--yes')).toMatchObject({
      status: 0,
    })
    await shell.until('change window')
    await watching.untilText('■')
    watching.type('q')
    expect((await watching.run.end()).status).toBe(0)
    const shown = await sessions(AUDITOR, 'show', shell.id)
    expect(shown.stdout.toString()).toMatch(/^State +terminated.*change window/m)
  })

  test('reads in no other namespace', async () => {
    const { env } = person(installed, AUDITOR)
    const { status, stderr } = await run([RUN, 'sessions', 'list', '-n', 'default'], {
      env,
    })
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('audit-exec-viewer') })
  })
})

describe('a viewer', () => {
  test('sees that sessions took place', async () => {
    const { status, stdout } = await sessions(VIEWER, 'list')
    expect([status, stdout.toString()]).toEqual([0, expect.stringMatching(new RegExp(`^${id} .* alice .*exit 3`, 'm'))])
  })

  test('sees who, where and when of one, and reads which role its commands need', async () => {
    const { status, stdout, stderr } = await sessions(VIEWER, 'show', id)
    const all = stdout.toString() + stderr
    expect({ status, all }).toEqual({ status: 0, all: expect.stringContaining('audit-exec-auditor') })
    expect(all).toMatch(/^Who +alice/m)
    expect(all).not.toContain('marker')
  })

  test.each([
    ['log'],
    ['log', '--records'],
    ['log', '--json'],
    ['log', '--raw'],
    ['replay', '--plain'],
    ['watch', '--from-start'],
    ['export', '--format', 'json'],
    ['export', '--format', 'html'],
    ['verify'],
  ])('gets no content by sessions %s %s %s, and reads which role to ask for', async (command, ...flags) => {
    const { status, stdout, stderr } = await sessions(VIEWER, command!, id, ...flags.filter(Boolean))
    expect(stdout.toString()).not.toContain('marker')
    expect(stderr).toMatch(/KAE_READING_FORBIDDEN[\s\S]*audit-exec-auditor/)
    expect(status).toBe(1)
  })

  test('may not search, and finds by what they contain none but sessions that they may read', async () => {
    const search = await sessions(VIEWER, 'search', 'marker')
    expect(search).toMatchObject({ status: 1, stderr: expect.stringContaining('audit-exec-auditor') })
    const { status, stdout } = await sessions(VIEWER, 'list', '--contains', 'marker', '-o', 'name')
    expect([status, search.stdout.toString() + stdout.toString()]).toEqual([0, ''])
  })
})

describe('kubectl', () => {
  test('gets sessions as a table, as YAML, by name and by selectors', async () => {
    const wide = await kubectl(AUDITOR, 'get', 'sessions', '-o', 'wide')
    expect(wide.stdout.toString()).toMatch(new RegExp(`^${id} +alice +web-0 +app .*exit 3`, 'm'))
    const yaml = await kubectl(AUDITOR, 'get', 'session', id, '-o', 'yaml')
    expect(yaml.stdout.toString()).toMatch(/^kind: Session$/m)
    const none = await kubectl(AUDITOR, 'get', 'sess', '--field-selector', 'spec.user.username=bob', '-o', 'name')
    expect([none.status, none.stdout.toString()]).toEqual([0, ''])
  })

  test('watches sessions come and go', async () => {
    const { env, kubectl: argv } = person(installed, AUDITOR)
    await using watching = new TerminalRun(argv('get', 'sessions', '-w'), { env, columns: 160 })
    await watching.until(id)
    await using shell = await openShell()
    await watching.until(new RegExp(`${shell.id} +alice.*live`))
    shell.type('exit\r')
    await watching.until(new RegExp(`${shell.id} +alice.*exit 0`))
  })

  test('runs the program as its plugin, and completes its words', async () => {
    const { env } = person(installed, AUDITOR)
    const { kubectlPath } = cluster
    const listed = await run([kubectlPath, 'audit-exec', ...reading('list', '-o', 'name').slice(1)], { env })
    expect(listed.stdout.toString()).toContain(id)
    const words = ['audit-exec', 'sessions', 'show', '-n', installed.namespace, '']
    const completed = await run([kubectlPath, '__complete', ...words], { env })
    expect(completed.stdout.toString()).toMatch(new RegExp(`^${id}\talice`, 'm'))
    const commands = await run([kubectlPath, '__complete', 'audit-exec', 'sess'], { env })
    expect(commands.stdout.toString()).toMatch(/^sessions\b/m)
  })
})
