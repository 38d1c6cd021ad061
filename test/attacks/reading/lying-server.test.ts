/** A server that answers with what nobody asked for: the wrong session, two of one name, words for a shell. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { resolvePod } from '../../../src/kube/pods.ts'
import { complete, completionText, type Sources } from '../../../src/launch/completion/candidates.ts'
import { completionScript } from '../../../src/launch/completion/scripts.ts'
import { type ExecStatus, exitCodeOf } from '../../../src/protocol/channel.ts'
import { makeSessionId } from '../../../src/protocol/session-id.ts'
import { namespacesOf } from '../../../src/ui/sources/namespaces.ts'
import { podsOf } from '../../../src/ui/sources/pods.ts'
import type { Event } from '../../../src/ui/state/event.ts'
import { ID, SESSION, sendJson, serve } from '../../reading/rig.ts'

test('another session than was asked for is not believed', async () => {
  await using served = await serve((_url, response) => sendJson(response, SESSION))
  expect((await served.library.get(ID)).metadata.name).toBe(ID)
  const other = makeSessionId(1, Buffer.alloc(10, 7))
  await expect(served.library.get(other)).rejects.toMatchObject({ code: 'KAE_READING_ANSWER_INVALID' })
})

test('pods of one name put no description on the line of bash', async () => {
  const pod = { value: 'web-0', description: 'Running) $(touch owned)' }
  const nothing = async () => []
  const sources: Sources = {
    contexts: nothing,
    clusters: nothing,
    kubeconfigUsers: nothing,
    namespaces: nothing,
    pods: async () => [pod, pod],
    containers: nothing,
    sessions: nothing,
    recorded: nothing,
  }
  const command = { id: 'exec', flags: {} }
  const cursor = { place: { type: 'word' }, command, words: [], typed: '', flags: {} }
  const answer = completionText(await complete(cursor as never, { commands: {} }, sources))
  const script = `kube-audit-exec() { printf '%s' "$ANSWER"; }
    ${completionScript('bash')}
    COMP_WORDS=(kube-audit-exec exec ''); COMP_CWORD=2
    __kube_audit_exec; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { env: { ...process.env, ANSWER: answer } })
  expect(stdout).toBe('web-0\n')
})

describe('an answer that is JSON and no object', () => {
  test.each(['null', '1', '"x"', 'true'])('%s is a plain error of whatever was asked', async (body) => {
    await using served = await serve((_url, response) =>
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(body),
    )
    const { library } = served
    const search = library.search({ pattern: { type: 'text', text: 'x' }, output: false, sessions: {}, limit: 1 })
    const asked = [
      library.list({}, { limit: 1 }),
      library.get(ID),
      search[Symbol.asyncIterator]().next(),
      library.terminate(ID, 'x'),
    ]
    for (const { status, reason } of (await Promise.allSettled(asked)) as PromiseRejectedResult[])
      expect({ status, code: reason?.code }).toEqual({ status: 'rejected', code: 'KAE_KUBE_NOT_AN_API_SERVER' })
  })
})

test('what an object calls toString is not called', async () => {
  const trap = { toString: 1, valueOf: 1 }
  await using served = await serve((url, response) => {
    if (url.searchParams.get('watch') === null)
      return sendJson(response, { items: [], metadata: { resourceVersion: trap }, warnings: [trap, 'heard'] })
    response.end(`${JSON.stringify({ type: 'ERROR', object: { code: trap, reason: trap, message: trap } })}\n`)
  })
  const page = await served.library.list({}, { limit: 1 })
  expect(page).toEqual({ items: [], resourceVersion: '', warnings: ['heard'] })
  const { signal } = new AbortController()
  const watch = served.library.watch({}, { resourceVersion: '', signal })[Symbol.asyncIterator]()
  await expect(watch.next()).rejects.toMatchObject({ code: 'KAE_KUBE_API_ERROR' })
})

test.each([[null], [{ name: 7 }], ['app'], [{}]])('a pod whose container is %j is none', async (container) => {
  await using served = await serve((_url, response) =>
    sendJson(response, { kind: 'Pod', metadata: { name: 'web-0' }, spec: { containers: [container] } }),
  )
  const found = resolvePod(served.connection, { namespace: 'prod', ref: 'web-0' })
  await expect(found).rejects.toMatchObject({ code: 'KAE_KUBE_NOT_AN_API_SERVER' })
})

test.each([['256'], ['999'], ['512']])(
  'an exit code of %s, of which a process would keep a success, is none',
  (message) => {
    const status = {
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message }] },
    }
    expect(exitCodeOf(status as ExecStatus)).toBeUndefined()
  },
)

test.each([[[null]], [[{ metadata: { name: 5 } }]], ['x'], [{ a: 1 }], [[{ spec: { containers: [null] } }]]])(
  'pods and namespaces for the screen that are %j are a failure that it shows, and no bug',
  async (items) => {
    await using served = await serve((_url, response) => sendJson(response, { items, metadata: {} }))
    const abort = new AbortController()
    const events: Event[] = []
    const reporting = { emit: (event: Event) => void events.push(event), signal: abort.signal }
    await namespacesOf(served.connection, reporting)
    const pods = podsOf(served.connection, { context: 'x', namespace: 'prod' } as never, reporting)
    await expect.poll(() => events.some(({ type }) => type === 'pods-feed')).toBe(true)
    abort.abort()
    await pods
    expect(events.flatMap((event) => (event.type === 'namespaces-listed' ? event.names : []))).toEqual([])
    expect(events.at(-1)).toMatchObject({ type: 'pods-feed', feed: { type: 'lost' } })
  },
)
