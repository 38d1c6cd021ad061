/** What the README has one type, typed: on the sandbox, in its order, at a terminal. */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findProgram } from '../cluster/layout.ts'
import { RUN } from './rig/program.ts'
import { ServedSandbox } from './rig/sandbox.ts'
import { TerminalRun } from './rig/terminal.ts'

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')

/** The lines of the shell blocks of a chapter, without what stands behind `#`. */
function linesOf(chapter: string): string[] {
  const [, text = ''] = readme.split(`\n## ${chapter}\n`)
  const blocks = text.split('\n## ', 1)[0]?.matchAll(/```sh\n(.*?)```/gs) ?? []
  return [...blocks].flatMap(([, block = '']) => block.trim().split('\n')).map((line) => line.replace(/\s+#.*/, ''))
}

const commands = [...linesOf('Use'), ...linesOf('Read')]

/** How one leaves what does not end by itself: when this is shown, by these keys. */
function leaving(command: string): readonly [RegExp | string, string] | undefined {
  if (/audit-exec (-\S+ |\S+=\S+ )*web-0( -c app)?( -- sh)?$/.test(command)) return [/[#$] $/, 'exit\r']
  if (command.endsWith(' ui')) return [/web-0/, 'q']
  return /sessions (replay|watch)/.test(command) ? ['\x1b[?1049h', 'q'] : undefined
}

describe('the README', () => {
  const kubectl = process.env.CLUSTER_KUBECTL ?? findProgram('kubectl')
  let sandbox: ServedSandbox
  beforeAll(async () => {
    sandbox = await ServedSandbox.start()
    mkdirSync(join(sandbox.home, 'bin'))
    for (const name of ['kube-audit-exec', 'kubectl-audit_exec']) symlinkSync(RUN, join(sandbox.home, 'bin', name))
    if (kubectl !== undefined) symlinkSync(kubectl, join(sandbox.home, 'bin/kubectl'))
  })
  afterAll(async () => {
    await sandbox?.[Symbol.asyncDispose]()
  })

  test('has commands to type', () => expect(commands.length).toBeGreaterThan(12))

  test.for(commands)('says `%s`, which works as it stands', async (command, { skip }) => {
    if (kubectl === undefined && command.startsWith('kubectl')) return skip('kubectl is not installed')
    const env = sandbox.env()
    env.PATH = `${join(sandbox.home, 'bin')}:${env.PATH}`
    await using terminal = new TerminalRun(['sh', '-c', command], { env, cwd: sandbox.home })
    const leave = leaving(command)
    if (leave !== undefined) {
      await terminal.until(leave[0])
      terminal.type(leave[1])
    }
    const { status, before, after } = await terminal.end()
    const isRefused = command.startsWith('kubectl exec')
    expect({ status, after, shown: terminal.shown }).toMatchObject({ status: isRefused ? 1 : 0, after: before })
    if (isRefused) expect(terminal.shown).toContain('Run: kubectl audit-exec')
  })
})
