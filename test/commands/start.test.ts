import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readSource } from '../architecture/sources.ts'
import { useProgram } from './program.ts'

const program = useProgram()

/** Runs a file of bin/ as if this Node were of another version. */
function runOn(version: string, file: string) {
  const pretend = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`
  const argv = [
    '--import',
    `data:text/javascript,${encodeURIComponent(pretend)}`,
    `${program.folder}/bin/${file}`,
    '--version',
  ]
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe('the compiled code', () => {
  it('closes the hole of a folder in /tmp, where another user could lay down code for us to run', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kube-audit-exec-compiled-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    for (const name of ['home', 'tmp']) mkdirSync(join(folder, name))
    await program.run(['--version'], { env: { HOME: join(folder, 'home'), TMPDIR: join(folder, 'tmp') } })
    expect(readdirSync(join(folder, 'tmp'))).toEqual([])
    expect(readdirSync(join(folder, 'home/.cache/kube-audit-exec/compiled'))).not.toEqual([])
  })
})

describe.each(['run.js', 'server.js'])('bin/%s', (file) => {
  it.each(['12.22.0', '20.19.0', '22.18.9'])('says on Node %s what it needs and what to do', (version) => {
    const { status, stdout, stderr } = runOn(version, file)
    expect(stderr).toMatch(
      /^error: kube-audit-exec(-server)? needs Node 22\.19 or newer; this is Node [\d.]+\n {2}next: Install Node 24 \(\S+\), then run this again\.\n$/,
    )
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  })

  it.each(['22.19.0', '23.0.0', '24.1.0'])('starts on Node %s', (version) => {
    const { status, stdout } = runOn(version, file)
    expect(stdout).toMatch(/^kube-audit-exec/)
    expect(status).toBe(0)
  })

  it('is written so that Node 12 can parse it', () => {
    const code = readSource(`bin/${file}`).replace(/^(#!|\s*\/\/).*$/gm, '')
    expect(code).not.toMatch(/\?\.|\?\?|^await |\bnode:|#\w|\d_\d|static \{/m)
  })
})
