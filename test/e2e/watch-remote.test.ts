/** Watching through an API server, which may go away: the sandbox in a process that can be stopped like a network. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Viewer } from '../player/rig/viewer.ts'
import { programEnv, RUN } from './rig/program.ts'
import { TerminalRun } from './rig/terminal.ts'

let home: string
let sandbox: TerminalRun
let sandboxPid: number
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'kae-watch-remote-'))
  const pidFile = join(home, 'pid')
  const command = [process.execPath, RUN, 'sandbox', '--serve']
  const argv = ['sh', '-c', `echo $$ >'${pidFile}'; exec "$@"`, 'sh', ...command]
  sandbox = new TerminalRun(argv, { env: programEnv(home), columns: 250 })
  const said = await sandbox.until(/^export KUBECONFIG=.+$/m)
  const [, kubeconfig = ''] = /^export KUBECONFIG=(\S+)/m.exec(said) ?? []
  sandboxPid = Number(readFileSync(pidFile, 'utf8'))
  env = programEnv(home, { KUBECONFIG: kubeconfig, KUBECACHEDIR: join(home, 'cache') })
}, 60_000)

afterAll(async () => {
  process.kill(sandboxPid, 'SIGCONT')
  process.kill(sandboxPid, 'SIGINT')
  await sandbox.end()
  rmSync(home, { recursive: true, force: true })
}, 60_000)

async function shell(): Promise<TerminalRun> {
  const run = new TerminalRun([RUN, 'web-0'], { env })
  await run.until('web-0:')
  return run
}

const watcher = (): Viewer => new Viewer([RUN, 'sessions', 'watch', 'latest'], { env, columns: 100, rows: 40 })

describe('sessions watch through an API server', () => {
  test('says that nobody can be reached, and goes on when somebody can', { timeout: 60_000 }, async () => {
    await using shown = await shell()
    await using watching = watcher()
    await watching.untilText('● LIVE')
    process.kill(sandboxPid, 'SIGSTOP')
    await watching.until('that it is lost', (lines) => /○ no connection for \d+ s/.test(lines.join('\n')), 30)
    expect((await watching.lines()).join('\n')).not.toContain('LIVE')
    process.kill(sandboxPid, 'SIGCONT')
    await watching.untilText('● LIVE')
    shown.type('echo back-$((40 + 2))\r')
    await watching.untilText('back-42')
    shown.type('exit\r')
    await watching.untilText('■ exited with 0')
  })

  test('shows several watchers the same, each of whom leaves alone', { timeout: 60_000 }, async () => {
    await using shown = await shell()
    await using one = watcher()
    await using two = watcher()
    await using three = watcher()
    const all = [one, two, three]
    await Promise.all(all.map((each) => each.untilText('● LIVE')))
    shown.type('echo seen-$((40 + 2))\r')
    await Promise.all(all.map((each) => each.untilText('seen-42')))
    one.type('\x03')
    expect((await one.run.end()).status).toBe(0)
    expect(one.run.shown).toMatch(/Session \S+ runs on\./)
    shown.type('echo more-$((40 + 2)); exit 5\r')
    await Promise.all([two, three].map((each) => each.untilText('more-42')))
    await Promise.all([two, three].map((each) => each.untilText('■ exited with 5')))
    two.type('q')
    expect((await two.run.end()).status).toBe(0)
    expect(two.run.shown).toMatch(/Session \S+ ended: exited with 5/)
    expect((await shown.end()).status).toBe(5)
  })
})
