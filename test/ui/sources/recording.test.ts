import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GROUP_VERSION } from '../../../src/protocol/api.ts'
import { ApiServer, type Refusal } from '../rig/api-server.ts'
import { Fetched, isFeed } from '../rig/fetched.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kae-ui-sources-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const refusal = (code: number): Refusal => ({ code, reason: 'No', message: 'no' })

describe('what is known about recording', () => {
  it.each([
    ['no group', refusal(404), 'no'],
    ['a group whose server is down', refusal(503), 'broken'],
    ['a group that is not for this person', refusal(403), 'unknown'],
    ['credentials that count for nothing', refusal(401), 'unknown'],
  ] as const)('where there is %s', async (_, answer, collector) => {
    await using server = await ApiServer.start([])
    server.refuse = ({ url }) => (url.pathname === `/apis/${GROUP_VERSION}` ? answer : undefined)
    await using screen = new Fetched(server.kubeconfig(folder))
    screen.want('recording', { context: 'blue', namespace: 'default' })
    const { recording } = await screen.until('recording')
    expect(recording).toEqual({ collector, required: 'unknown', allowed: 'yes' })
  })

  it('is nothing where nobody answers', async () => {
    const server = await ApiServer.start([])
    const kubeconfig = server.kubeconfig(folder)
    await server[Symbol.asyncDispose]()
    await using screen = new Fetched(kubeconfig)
    screen.want('recording', { context: 'blue', namespace: 'default' })
    const { recording } = await screen.until('recording')
    expect(recording).toEqual({ collector: 'unknown', required: 'unknown', allowed: 'unknown' })
  })
})

it('namespaces that one may not list are refused, not failed: a name can still be typed', async () => {
  await using server = await ApiServer.start([])
  server.refuse = () => refusal(403)
  await using screen = new Fetched(server.kubeconfig(folder))
  screen.want('namespaces', { context: 'blue' })
  await screen.until('namespaces-feed', isFeed('refused'))
})

it('no kubeconfig is a state of the screen, with what to do', async () => {
  await using screen = new Fetched(join(folder, 'missing'), { HOME: folder })
  screen.want('pods', { context: '', namespace: 'default' })
  const { feed } = await screen.until('pods-feed', isFeed('failed'))
  expect(feed).toMatchObject({ trouble: { what: expect.stringMatching(/\S/), next: expect.stringMatching(/\S/) } })
})
