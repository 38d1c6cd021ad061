/** All sources over the sandbox: the real server, its collector and its index. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import { dialledOf } from '../../sandbox/rig.ts'
import { Fetched, isFeed } from '../rig/fetched.ts'
import { recordSession } from '../rig/record-session.ts'

let folder: string
let sandbox: Sandbox
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kae-ui-sandbox-'))
  sandbox = await startSandbox({ folder })
})
afterAll(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true })
})

const as = (context: string, namespace = 'default') => ({ context, namespace })
const fetched = (): Fetched => new Fetched(sandbox.kubeconfig, { HOME: folder, XDG_STATE_HOME: folder })
const recorded = async (user: string, line: string, namespace = 'default') => {
  const session = await recordSession(dialledOf(sandbox), { user, namespace, line })
  await session.end()
  return session.id
}

describe('pods', () => {
  it('are listed and watched', async () => {
    await using screen = fetched()
    screen.want('pods', as('you'))
    const { rows } = await screen.until('pods-listed')
    expect(rows.map(({ name }) => name)).toEqual(['db-0', 'web-0'])
    expect(await screen.until('pods-feed', isFeed('live'))).toEqual({ type: 'pods-feed', feed: { type: 'live' } })
  })

  it('of a context that no kubeconfig has are a failure with its name', async () => {
    await using screen = fetched()
    screen.want('pods', as('nobody-has-this-context'))
    const { feed } = await screen.until('pods-feed', isFeed('failed'))
    expect(feed).toMatchObject({ trouble: { what: expect.stringContaining('nobody-has-this-context') } })
  })
})

it('what is known about recording is the server’s word, and nothing where it does not say', async () => {
  await using screen = fetched()
  screen.want('recording', as('you'))
  expect((await screen.until('recording')).recording).toEqual({
    collector: 'yes',
    required: 'unknown',
    allowed: 'unknown',
  })
})

it('namespaces are listed', async () => {
  await using screen = fetched()
  screen.want('namespaces', { context: 'you' })
  expect((await screen.until('namespaces-listed')).names).toEqual(['default', 'prod'])
})

describe('sessions', () => {
  it('are read, and appear and end while one looks on', async () => {
    await using screen = fetched()
    screen.want('sessions', { place: as('you'), live: false })
    await screen.until('sessions-feed', isFeed('live'))
    const session = await recordSession(dialledOf(sandbox), { user: 'alice', namespace: 'default', line: 'ls' })
    const seen = (phase: string) =>
      screen.until('sessions-changed', ({ upserts }) =>
        upserts.some(({ metadata, status }) => metadata.name === session.id && status.phase === phase),
      )
    await seen('Live')
    await session.end()
    await seen('Ended')
  })

  it('of others are not for everybody', async () => {
    const id = await recorded('alice', 'whoami')
    await using screen = fetched()
    screen.want('sessions', { place: as('bob'), live: false })
    await screen.until('sessions-feed', isFeed('live'))
    const ids = screen.events.flatMap((event) => (event.type === 'sessions-changed' ? event.upserts : []))
    expect(ids.map(({ metadata }) => metadata.name)).not.toContain(id)
  })

  it('may be refused altogether', async () => {
    await using screen = fetched()
    screen.want('sessions', { place: as('audit-outsider'), live: false })
    await screen.until('sessions-feed', isFeed('refused'))
  })
})

describe('a search', () => {
  it.each([
    ['its text', 'find-me'],
    ['a regular expression', '/find-m./'],
  ])('finds a command by %s', async (_, text) => {
    const id = await recorded('you', 'echo find-me')
    await using screen = fetched()
    screen.want('search', { place: as('you'), text, output: false })
    const { hits } = await screen.until('hits')
    expect(hits.map(({ session }) => session.metadata.name)).toContain(id)
    expect(hits.every(({ line }) => line.includes('find-me'))).toBe(true)
  })

  it('says what is wrong with a regular expression', async () => {
    await using screen = fetched()
    screen.want('search', { place: as('you'), text: '/(/', output: false })
    const { feed } = await screen.until('search-feed', isFeed('failed'))
    expect(feed).toMatchObject({ trouble: { what: expect.stringMatching(/regular expression/i) } })
  })

  it('that nobody waits for any more is not made', async () => {
    const screen = fetched()
    screen.want('search', { place: as('you'), text: 'find-me', output: false })
    await screen.until('search-feed', isFeed('loading'))
    await screen[Symbol.asyncDispose]()
    expect(screen.events).toHaveLength(1)
  })
})

describe('a preview', () => {
  it('has the commands first, then the last screen', async () => {
    const id = await recorded('you', 'echo preview')
    await using screen = fetched()
    screen.want('preview', { place: as('you'), id })
    const { commands } = await screen.until('preview')
    expect(JSON.stringify(commands)).toContain('echo preview')
    const { picture } = await screen.until('preview', (event) => event.picture !== undefined)
    expect(JSON.stringify(picture)).toContain('echo preview')
  })

  it('of a session that is not for this person says why', async () => {
    const id = await recorded('alice', 'secret')
    await using screen = fetched()
    screen.want('preview', { place: as('bob'), id })
    const { trouble } = await screen.until('preview')
    expect(trouble?.what).toMatch(/\S/)
  })
})
