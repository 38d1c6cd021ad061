import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../e2e/rig/program.ts'
import { inputDigest, inputOf, kindsOf, outputOf, recordedSession } from '../../e2e/rig/recordings.ts'
import { TerminalRun } from '../../e2e/rig/terminal.ts'
import { useCluster } from '../cluster.ts'
import { type Installed, installServer } from './installed.ts'
import { newReason, type Person, person } from './rig/person.ts'

let installed: Installed
let alice: Person

beforeAll(async () => {
  installed = await installServer(await useCluster())
  alice = person(installed, 'alice')
})
afterAll(async () => {
  await installed?.dispose()
})

const NAMES = ['plugin', 'ours'] as const
/** At the start of a line: ash draws it again where it stands when keys come early. */
const PROMPT = /(\n|\[\?1049l)\/ # /

describe.each(NAMES)('a shell in a container, opened by the name of %s', (name) => {
  test('takes typing, history, Ctrl-C, vi, a new size and Ctrl-D, and is recorded byte for byte', async () => {
    const reason = newReason()
    const { env } = alice
    const argv = alice[name]('-it', 'web-0', '--reason', reason, '--', 'sh')
    await using terminal = new TerminalRun(argv, { env, columns: 97, rows: 31 })
    const typed: string[] = []
    const type = (text: string): void => {
      typed.push(text)
      terminal.type(text)
    }
    const line = async (text: string): Promise<string> => {
      type(`${text}\r`)
      return terminal.until(PROMPT)
    }
    await terminal.until(PROMPT)
    expect(await line('stty size')).toContain('31 97')
    terminal.resize(120, 40)
    expect(await line('until [ "$(stty size)" = "40 120" ]; do :; done; echo now $(stty size)')).toContain('now 40 120')
    expect(await line('echo "$TERM $CONTAINER $(tty)"')).toMatch(/xterm app \/dev\/pts\/\d+/)
    expect(await line('echo fir""st')).toContain('first')
    expect(await line('\x1b[A\x1b[D\x1b[D\x1b[C')).toContain('first')
    // The shell reads its line without signals: Ctrl-C counts from the moment at which the command runs.
    type('echo be""gun; sleep 1000\r')
    await terminal.until('begun')
    type('\x03')
    await terminal.until(PROMPT)
    expect(await line('echo interrupted with $?')).toContain('interrupted with 130')
    type(`vi /tmp/poem-${name}\r`)
    await terminal.until(`/tmp/poem-${name} 1/1`)
    type('iroses')
    await terminal.until('roses')
    // Alone: vi waits for what may follow an ESC, and the tests wait for vi.
    type('\x1b')
    await terminal.until(/poem-\w+ \[Modified\]/)
    expect(await line(':wq')).toContain('1L')
    expect(await line(`cat /tmp/poem-${name}`)).toContain('roses')
    type('\x04')
    const { status, before, after } = await terminal.end()
    expect({ status, after }).toEqual({ status: 0, after: before })
    const session = await recordedSession(installed.logFolder, reason)
    expect(inputOf(session).toString()).toBe(typed.join(''))
    expect(outputOf(session).toString()).toContain('interrupted with 130')
    expect(kindsOf(session).slice(0, 2)).toEqual(['open', 'resize'])
    expect(session.end).toMatchObject({ reason: 'exited', exitCode: 0 })
  })
})

describe('a pod alone on a terminal', () => {
  test('opens bash where the container has it', async () => {
    const { env } = alice
    await using terminal = new TerminalRun(alice.plugin('web-0'), { env })
    await terminal.until(/bash-[\d.]+# /)
    terminal.type('echo $0 $((6*7)); exit 5\r')
    await terminal.until('bash 42')
    const { status, before, after } = await terminal.end()
    expect({ status, after }).toEqual({ status: 5, after: before })
  })

  test('says of a container without a shell that there is none, and what to do', async () => {
    const { env } = alice
    await using terminal = new TerminalRun(alice.plugin('distroless-0'), { env })
    const { status, before, after } = await terminal.end()
    expect(terminal.shown).toContain('KAE_NO_SHELL')
    expect(terminal.shown).toMatch(/next: .*kubectl debug/)
    expect({ status, after }).toEqual({ status: 1, after: before })
  })

  test('shows where it goes before the session starts', async () => {
    const { env } = alice
    await using terminal = new TerminalRun(alice.plugin('-it', 'web-0', '-c', 'sidecar', '--', 'true'), { env })
    await terminal.end()
    const [first = ''] = terminal.shown.split('\r\n').filter(Boolean)
    expect(first).toBe(`context alice, namespace ${installed.namespace}, pod web-0, container sidecar`)
  })
})

describe.each(NAMES)('a command, started by the name of %s', (name) => {
  test.each([0, 3, 126, 127, 137])('ends with its own exit status %i, and the record has it', async (code) => {
    const reason = newReason()
    const argv = alice[name]('web-0', '--reason', reason, '--', 'sh', '-c', `echo out; echo aside >&2; exit ${code}`)
    const { status, stdout, stderr } = await run(argv, { env: alice.env })
    expect({ status, stdout: stdout.toString() }).toEqual({ status: code, stdout: 'out\n' })
    expect(stderr).toContain('aside\n')
    const { end } = await recordedSession(installed.logFolder, reason)
    const sha256 = createHash('sha256').update('out\n').digest('hex')
    expect(end).toMatchObject({ reason: 'exited', exitCode: code, output: { bytes: 4, sha256 } })
  })

  test('that is not there fails as with kubectl, and the record says so', async () => {
    const reason = newReason()
    const missing = `no-such-${randomUUID()}`
    const { status, stderr } = await run(alice[name]('web-0', '--reason', reason, '--', missing), { env: alice.env })
    expect(status).toBe(1)
    expect(stderr).toContain(`"${missing}": executable file not found in $PATH`)
    expect((await recordedSession(installed.logFolder, reason)).end).toMatchObject({ reason: 'exec-failed' })
  })
})

describe('input', () => {
  test('of 200 MB arrives byte for byte, and is in the log byte for byte', async () => {
    const reason = newReason()
    const file = join(installed.folder, 'input')
    const hash = createHash('sha256')
    const parts = Array.from({ length: 25 }, () => randomBytes(8_000_000))
    for (const part of parts) hash.update(part)
    writeFileSync(file, Buffer.concat(parts))
    const sent = hash.digest('hex')
    const argv = alice.plugin('-i', 'web-0', '--reason', reason, '--', 'sha256sum')
    const { status, stdout } = await run(['sh', '-c', 'f=$1; shift; cat "$f" | "$@"', 'sh', file, ...argv], {
      env: alice.env,
    })
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 0, stdout: `${sent}  -\n` })
    const session = await recordedSession(installed.logFolder, reason)
    expect(inputDigest(session)).toBe(sent)
    expect(session.end).toMatchObject({ input: { bytes: 200_000_000, sha256: sent } })
    expect(kindsOf(session).at(-2)).toBe('inputEnd')
  })
})
