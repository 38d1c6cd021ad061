import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kubectl, kubectlPath, withoutKubectl } from '../kube/rig/kubectl.ts'
import { PROGRAM_FOLDER, RUN, runProgram } from './rig/program.ts'
import { ServedSandbox } from './rig/sandbox.ts'
import { TerminalRun } from './rig/terminal.ts'

let sandbox: ServedSandbox
let id = ''
const folder = mkdtempSync(join(tmpdir(), 'kae-completion-'))
const bin = join(folder, 'bin')

/** An environment in which the program is found by its names. */
function env(): NodeJS.ProcessEnv {
  const own = sandbox.env()
  return { ...own, PATH: `${bin}${delimiter}${own.PATH}` }
}

beforeAll(async () => {
  mkdirSync(bin)
  symlinkSync(RUN, join(bin, 'kube-audit-exec'))
  symlinkSync(RUN, join(bin, 'kubectl-audit_exec'))
  symlinkSync(join(PROGRAM_FOLDER, 'bin/complete.js'), join(bin, 'kubectl_complete-audit_exec'))
  sandbox = await ServedSandbox.start()
  await runProgram(['web-0', '--context', 'alice', '--', 'true'], { env: sandbox.env() })
  const { stdout } = await runProgram(['sessions', 'list', '-o', 'name'], { env: sandbox.env() })
  id = stdout.toString().trim().split('/')[1] ?? ''
}, 60_000)
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
}, 60_000)

async function asked(...words: readonly string[]): Promise<string[]> {
  const { stdout } = await runProgram(['__complete', ...words], { env: env() })
  return stdout.toString().trimEnd().split('\n')
}

const values = (lines: readonly string[]): string[] => lines.map((line) => line.split('\t')[0] ?? '')

describe('what may come next', () => {
  it('is a command or a pod where nothing was said yet', async () => {
    expect(values(await asked(''))).toEqual(expect.arrayContaining(['exec', 'sessions', 'completion', 'web-0', ':4']))
  })

  it.each([
    [
      ['sessions', 'sh'],
      ['show', ':4'],
    ],
    [
      ['sessions', 'list', '--context', 'al'],
      ['alice', ':4'],
    ],
    [
      ['sessions', 'list', '--context=al'],
      ['alice', ':4'],
    ],
    [
      ['sessions', 'list', '-n', 'pr'],
      ['prod', ':4'],
    ],
    [
      ['sessions', 'list', '-o', 'js'],
      ['json', 'jsonl', ':4'],
    ],
    [
      ['sessions', 'list', '--no-h'],
      ['--no-headers', ':4'],
    ],
    [
      ['sessions', 'list', '--user', ''],
      ['alice', ':4'],
    ],
    [
      ['web-0', '-c', 'si'],
      ['sidecar', ':4'],
    ],
    [
      ['exec', '-it', 'web'],
      ['web-0', ':4'],
    ],
    [
      ['-n', 'default', 'web'],
      ['web-0', ':4'],
    ],
    [['sessions', 'list', '--log', ''], [':16']],
    [['web-0', '--', 'l'], [':0']],
    [['sessions', 'terminate', ''], [':4']],
    [
      ['completion', 'z'],
      ['zsh', ':4'],
    ],
  ])('after %j is %j', async (words, expected) => {
    expect(values(await asked(...words))).toEqual(expected)
  })

  it('is a session, with whose it is and where it ran', async () => {
    const [line] = await asked('sessions', 'show', '')
    expect(line).toMatch(new RegExp(`^${id}\talice {2}default/web-0 {2}exit 0 {2}`))
  })

  it('is nothing where nobody can be asked, and that without a word', async () => {
    const { stdout, stderr, status } = await runProgram(['__complete', '-s', 'https://127.0.0.1:1', 'web'], {
      env: env(),
    })
    expect({ status, stderr, stdout: stdout.toString() }).toEqual({ status: 0, stderr: '', stdout: ':4\n' })
  })
})

const has = (shell: string): boolean => spawnSync('sh', ['-c', `command -v ${shell}`]).status === 0

const SHELLS = [
  { shell: 'bash', argv: ['bash', '--norc', '--noprofile', '-i'], load: 'source <(kube-audit-exec completion bash)' },
  {
    shell: 'zsh',
    argv: ['zsh', '-f', '-i'],
    load: 'autoload -U compinit; compinit -u -D; source <(kube-audit-exec completion zsh)',
  },
  { shell: 'fish', argv: ['fish', '--no-config', '-i'], load: 'kube-audit-exec completion fish | source' },
]

describe.each(SHELLS)('$shell', ({ shell, argv, load }) => {
  it.skipIf(!has(shell))('completes commands, flags’ values, and sessions by their beginning', async () => {
    const options = { env: { ...env(), PS1: '> ', PS2: '', ZDOTDIR: folder, XDG_CONFIG_HOME: folder } }
    await using run = new TerminalRun(argv, options)
    run.type(
      `${load}; echo loaded-$((1 + 1))\r`.replace('$((1 + 1))', shell === 'fish' ? '(math 1 + 1)' : '$((1 + 1))'),
    )
    await run.until(/^loaded-2/m)
    // What a shell draws of its line differs from shell to shell; what it then runs tells what it completed.
    run.type(`kube-audit-exec sess\tsho\t${id.slice(0, 6)}\t --context=ali\t -o ya\t\r`)
    await run.until(`name: "${id}"`)
    await run.until(/username: alice/)
  })
})

describe(`kubectl${withoutKubectl}`, () => {
  it.skipIf(kubectlPath === undefined)('completes the words of its plugin', async () => {
    const { stdout } = await kubectl(['__complete', 'audit-exec', 'sessions', 'show', ''], env())
    expect(stdout).toContain(`${id}\talice`)
    expect(existsSync(join(PROGRAM_FOLDER, 'bin/complete.js'))).toBe(true)
  })
})
