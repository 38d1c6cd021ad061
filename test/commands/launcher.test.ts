import { describe, expect, it } from 'vitest'
import PACKAGE from '../../package.json' with { type: 'json' }
import { useProgram } from './program.ts'

const program = useProgram()

describe('the launcher', () => {
  it.each([['--version'], ['version']])('prints its version for `%s`', async (word) => {
    const { status, stdout } = await program.run([word])
    expect(stdout).toBe(
      `kube-audit-exec/${PACKAGE.version} ${process.platform}-${process.arch} node-${process.version}\n`,
    )
    expect(status).toBe(0)
  })

  it('explains itself where it gets no arguments', async () => {
    const { status, stdout } = await program.run([])
    expect(stdout).toContain('$ kube-audit-exec web-0')
    expect(stdout).toMatch(/sandbox +Try it without a cluster/)
    expect(status).toBe(0)
  })

  it('calls itself as kubectl does where kubectl started it', async () => {
    const { stdout } = await program.run(['--help'], { name: 'kubectl-audit_exec' })
    expect(stdout).toContain('$ kubectl audit-exec web-0')
  })

  it.each([[['exec', '--help']], [['help', 'exec']], [['-it', 'web-0', '--help']]])(
    'describes exec for %j',
    async (argv) => {
      const { status, stdout } = await program.run(argv)
      expect(stdout).toContain('-c, --container')
      expect(stdout).toContain('--reason')
      expect(status).toBe(0)
    },
  )

  it('says with a code and a next step what is wrong with a command line, on stderr alone', async () => {
    expect(await program.run(['web-0', 'ls'])).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'error: The command must stand after two dashes (KAE_EXEC_DASHES_MISSING)\n  next: Write: kube-audit-exec web-0 -- ls\n',
    })
  })

  it.each([
    [
      ['sessions', 'nonsense'],
      'no command "sessions nonsense" (KAE_USAGE)\n  next: See what there is: kube-audit-exec sessions --help',
    ],
    [
      ['sessions', 'shwo', 'latest'],
      'next: Did you mean "sessions show"? See what there is: kube-audit-exec sessions --help',
    ],
    [['sessions', 'log'], 'begins there (KAE_USAGE)'],
    [['sessions', 'list', '--nonsense'], 'no such flag: --nonsense (KAE_USAGE)\n  next: Add --help'],
    [['sessions', 'list', '--namspace', 'prod'], 'Did you mean --namespace? Add --help'],
    [['sessions', 'list', '--spede=2'], 'next: Add --help'],
    [['sandbox', 'surplus'], 'surplus'],
  ])('says so too for the other commands: %j', async (argv, words) => {
    const { status, stdout, stderr } = await program.run(argv)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/^error: .*\(KAE_USAGE\)\n {2}next: /)
    expect(stderr).toContain(words)
  })

  it('says a command’s summary once in its help', async () => {
    const { stdout } = await program.run(['sessions', 'list', '--help'])
    expect(stdout.split('List recorded sessions, newest first.')).toHaveLength(2)
  })

  it('does not open a shell where there is no terminal', async () => {
    const { status, stderr } = await program.run(['web-0'])
    expect(stderr).toContain('KAE_EXEC_COMMAND_MISSING')
    expect(status).toBe(1)
  })

  it('names the kubeconfig that is not there', async () => {
    const { status, stderr } = await program.run(['--kubeconfig', '/nowhere', 'web-0', '--', 'ls'])
    expect(stderr).toContain('/nowhere')
    expect(status).toBe(1)
  })
})
