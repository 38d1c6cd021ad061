import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { useProgram } from './program.ts'

const program = useProgram()

function stateHome(): NodeJS.ProcessEnv {
  const folder = mkdtempSync(join(tmpdir(), 'kube-audit-exec-state-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return { XDG_STATE_HOME: folder }
}

describe('sandbox, without a terminal', () => {
  it('types a script, prints its true record, and succeeds', async () => {
    const env = stateHome()
    const { status, stdout, stderr } = await program.run(['sandbox'], { env })
    expect(stderr).toMatch(/^The sandbox has no containers: its shells run on this machine/)
    const [printed = '', report = ''] = stdout.split(/^(?=intact)/m)
    expect(report).toMatch(
      /^intact {2}\/.*\/log: \d+ records, 1 session, \S+ \S+Z to \S+ \S+Z\n\nChecked: every byte’s checksum/,
    )
    const [hello, user, ...record] = printed.trimEnd().split('\n')
    expect([hello, user]).toEqual(['hello from web-0', userInfo().username])
    expect(record.map((line) => line.slice(29).replace(/\d+ (bytes out|ms)/g, 'N $1'))).toEqual([
      'open          you runs sh in default/web-0/app; with input; capture: client; record: InputOutput; durability: Strict',
      'input         "echo \\"hello from $HOSTNAME\\"\\nid -un\\nexit 3\\n"',
      'end of input',
      'end           exited with 3; 42 bytes in; N bytes out; N ms',
    ])
    expect(status).toBe(0)
    const { stdout: list } = await program.run(['sessions', 'list', '--local'], { env })
    expect(list).toContain('exit 3')
  })

  it('pays no heed to the settings of the user’s own sessions', async () => {
    const env = {
      ...stateHome(),
      KUBE_AUDIT_EXEC_COLLECTOR: 'local',
      KUBE_AUDIT_EXEC_RECORD: 'Input',
      KUBECONFIG: '/nowhere',
    }
    const { status, stdout } = await program.run(['sandbox'], { env })
    expect(stdout).toContain('record: InputOutput')
    expect(status).toBe(0)
  })
})

describe('sandbox --serve', () => {
  it('keeps running for kubectl and for us, and takes its keys with it when it is stopped', async () => {
    const argv = [join(program.folder, 'bin/run.js'), 'sandbox', '--serve']
    const env = { PATH: process.env.PATH, HOME: program.folder, ...stateHome() }
    const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    const line = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve))
    const kubeconfig = line.replace('export KUBECONFIG=', '')
    const outcome = await program.run(
      ['--kubeconfig', kubeconfig, 'statefulset/web', '--', 'sh', '-c', 'echo out; exit 4'],
      {
        env,
      },
    )
    expect(outcome).toMatchObject({ status: 4, stdout: 'out\n' })
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(existsSync(kubeconfig)).toBe(false)
  })
})
