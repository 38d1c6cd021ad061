import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../../e2e/rig/program.ts'
import { inputOf, recordedSession, recordedSessions } from '../../e2e/rig/recordings.ts'
import { TerminalRun } from '../../e2e/rig/terminal.ts'
import { type Cluster, useCluster } from '../cluster.ts'
import { until } from '../wait.ts'
import { type Installed, installServer, isAvailable } from './installed.ts'
import { Observer } from './rig/observer.ts'
import { newReason, type Person, person } from './rig/person.ts'
import { unreadBytes } from './rig/receive-queue.ts'

let cluster: Cluster
let installed: Installed
let alice: Person

beforeAll(async () => {
  cluster = await useCluster()
  // A client that gave up is remembered no longer than this.
  installed = await installServer(cluster, { flags: ['--resume-seconds=15'] })
  alice = person(installed, 'alice')
})
afterAll(async () => {
  await installed?.dispose()
})

/** Alice types into a file of the container; the observer sees what has arrived there. */
describe('while somebody types', () => {
  const LENGTH = 4000
  /** No byte is like those before it in a way that would hide a loss or a doubling. */
  const text = randomBytes(LENGTH / 2).toString('hex')
  let observer: Observer
  let terminal: TerminalRun
  let reason: string
  let file: string

  beforeEach(async () => {
    reason = newReason()
    file = `/tmp/typed-${randomUUID()}`
    observer = new Observer(installed)
    // In raw mode and without echo the container's terminal adds nothing and waits for no line’s end; dd keeps nothing back.
    const script = `stty raw -echo; echo ready; dd bs=1 count=${LENGTH} of=${file} 2>/dev/null; exit 7`
    const argv = alice.plugin('-it', 'web-0', '--reason', reason, '--', 'sh', '-c', script)
    terminal = new TerminalRun(argv, { env: alice.env })
    await terminal.until('ready')
  })
  afterEach(async () => {
    // A test that failed half-way must not fail the next one.
    installed.server.thaw()
    if (!installed.server.runs) await installed.server.start()
    await terminal[Symbol.asyncDispose]()
    await observer[Symbol.asyncDispose]()
  })

  const arrived = (length: number) =>
    until({ what: `${length} bytes in the container`, seconds: 40 }, async () => {
      const content = await observer.contentOf(file)
      return content.length >= length && content
    })

  /** I1, seen from outside: first what the container has, then what the log has. */
  const assertRecordedFirst = async () => {
    const content = await observer.contentOf(file)
    const recorded = inputOf(await recordedSession(installed.logFolder, reason)).toString('latin1')
    expect(recorded.startsWith(content)).toBe(true)
  }

  const assertWhole = async () => {
    const { status, before, after } = await terminal.end()
    expect({ status, after }).toEqual({ status: 7, after: before })
    expect(await observer.contentOf(file)).toBe(text)
    const session = await recordedSession(installed.logFolder, reason)
    expect(inputOf(session).toString()).toBe(text)
    expect(session.end).toMatchObject({ reason: 'exited', exitCode: 7, input: { bytes: LENGTH } })
  }

  test('and the server stands still, nothing reaches the container; after that all of it does, once', async () => {
    terminal.type(text.slice(0, 1000))
    expect(await arrived(1000)).toBe(text.slice(0, 1000))
    installed.server.freeze()
    terminal.type(text.slice(1000, 3000))
    const { port } = installed
    await until({ what: 'the records at the frozen server', seconds: 10 }, () => unreadBytes(port) > 2000)
    expect(await observer.contentOf(file)).toBe(text.slice(0, 1000))
    await assertRecordedFirst()
    installed.server.thaw()
    expect(await arrived(3000)).toBe(text.slice(0, 3000))
    terminal.type(text.slice(3000))
    await assertWhole()
  })

  test('and the server is killed and started again, over and over, nothing is lost or comes twice', async () => {
    const step = LENGTH / 40
    for (let at = 0; at < LENGTH; at += step) {
      terminal.type(text.slice(at, at + step))
      if (at % 1000 === 500) {
        await installed.server.kill()
        await assertRecordedFirst()
        await installed.server.start()
      }
      await assertRecordedFirst()
    }
    await assertWhole()
  })

  test('and the server is updated, the session goes on', async () => {
    terminal.type(text.slice(0, 1500))
    await installed.server.stop()
    terminal.type(text.slice(1500, 2500))
    await assertRecordedFirst()
    await installed.server.start()
    expect(await arrived(2500)).toBe(text.slice(0, 2500))
    terminal.type(text.slice(2500))
    await assertWhole()
  })

  test('and the server does not come back, the session is closed and nothing unrecorded has run', async () => {
    terminal.type(text.slice(0, 1000))
    await arrived(1000)
    await installed.server.kill()
    terminal.type(text.slice(1000, 2000))
    const { status, before, after } = await terminal.end()
    expect(terminal.shown).toContain('KAE_COLLECTOR_LOST')
    expect({ status, after }).toEqual({ status: 1, after: before })
    expect(await observer.contentOf(file)).toBe(text.slice(0, 1000))
    await installed.server.start()
    const ended = async () => (await recordedSession(installed.logFolder, reason)).end
    const end = await until({ what: 'the end record', seconds: 40 }, ended)
    expect(end).toMatchObject({ reason: 'client-lost' })
  })
})

describe('a server that does not answer when a session is to begin', () => {
  /** A command whose running could be seen afterwards. */
  const traceable = () => {
    const file = `/tmp/ran-${randomUUID()}`
    const hasRun = async () => {
      await using observer = new Observer(installed)
      return (await observer.ask(`ls ${file} 2>/dev/null`)) !== ''
    }
    return { argv: alice.plugin('web-0', '--', 'touch', file), hasRun }
  }

  test('because it is gone lets nothing run, says so soon, and nothing is recorded elsewhere', async () => {
    const { argv, hasRun } = traceable()
    const before = (await recordedSessions(installed.logFolder)).length
    await installed.server.stop()
    try {
      const { status, stdout, stderr, seconds } = await run(argv, { env: alice.env, limitSeconds: 30 })
      expect({ status, stdout: stdout.toString() }).toEqual({ status: 1, stdout: '' })
      expect(stderr).toContain('(KAE_COLLECTOR_UNREACHABLE)')
      expect(stderr).not.toContain('recorded on this machine')
      expect(seconds).toBeLessThan(20)
    } finally {
      await installed.server.start()
    }
    expect((await recordedSessions(installed.logFolder)).length).toBe(before)
    expect(await hasRun()).toBe(false)
  })

  test('because it stands still lets nothing run, and says so in bounded time', async () => {
    const { argv, hasRun } = traceable()
    installed.server.freeze()
    try {
      const { status, stderr, seconds } = await run(argv, { env: alice.env, limitSeconds: 60 })
      expect(status).toBe(1)
      expect(stderr).toMatch(/\(KAE_COLLECTOR_SILENT\)/)
      expect(seconds).toBeLessThan(40)
    } finally {
      installed.server.thaw()
    }
    expect(await hasRun()).toBe(false)
  })

  test('keeps plain kubectl out as well', async () => {
    await installed.server.stop()
    try {
      const { status, stderr } = await run(alice.kubectl('exec', 'web-0', '--', 'true'), { env: alice.env })
      expect(status).toBe(1)
      expect(stderr).toContain('failed calling webhook "exec.kube-audit-exec.io"')
    } finally {
      await installed.server.start()
    }
  })
})

describe('a namespace that is deleted while the server is gone', () => {
  /**
   * For about 25 s the API server does not notice, and namespaces go. Then they wait, with the reason on them, until the
   * server is back (seen: 47 s later they are gone) or the APIService is deleted, as it is after this test.
   */
  test('waits, and says why', async () => {
    const namespace = `kae-e2e-gone-${randomBytes(3).toString('hex')}`
    const of = async (path: string) =>
      (await cluster.kubectl(['get', 'namespace', namespace, '-o', `jsonpath=${path}`])).stdout
    await cluster.kubectl(['create', 'namespace', namespace])
    await installed.server.stop()
    await until({ what: 'the API server to notice', seconds: 90 }, async () => !(await isAvailable(cluster)))
    await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false'])
    const path = '{.status.conditions[?(@.type=="NamespaceDeletionDiscoveryFailure")].message}'
    const seen = async () => (await of(path)).includes('kube-audit-exec.io/v1alpha1')
    await until({ what: 'the condition', seconds: 60 }, seen)
    expect(await of('{.status.phase}')).toBe('Terminating')
  })
})
