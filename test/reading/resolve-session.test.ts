import { describe, expect, it } from 'vitest'
import type { PageRequest, SessionPage, SessionQuery } from '../../src/protocol/session-library.ts'
import type { SessionObject } from '../../src/protocol/session-object.ts'
import { fault } from '../../src/reading/faults.ts'
import { resolveSession } from '../../src/reading/resolve-session.ts'
import { ListedLibrary } from '../rig/listed-library.ts'
import { idOf, sessionObject } from '../rig/session-object.ts'

const named = (name: string): SessionObject['metadata']['name'] => name as SessionObject['metadata']['name']

const SESSIONS = [
  sessionObject({ number: 1 }),
  sessionObject({ number: 2, metadata: { namespace: 'dev' } }),
  sessionObject({ number: 3 }),
]

const choose = (sessions: readonly SessionObject[] = SESSIONS, namespace?: string) => ({
  library: new ListedLibrary(sessions),
  namespace,
  folders: undefined,
})

const find = async (text: string, choice = choose()): Promise<string> => (await resolveSession(text, choice)).id

describe('a session', () => {
  it.each([
    ['its id', idOf(2)],
    ['what -o name prints', `session.kube-audit-exec.io/${idOf(2)}`],
    ['what kubectl takes', `sessions/${idOf(2)}`],
    ['its kind and its name', `session/${idOf(2)}`],
    ['a beginning that no other has', idOf(2).slice(0, 13)],
    ['a beginning that ends in a dash', idOf(2).slice(0, 14)],
    ['all but its last character', idOf(2).slice(0, 35)],
  ])('is found by %s', async (_, text) => expect(await find(text)).toBe(idOf(2)))

  it('is found at a moment', async () => {
    const found = await resolveSession(`${idOf(2).slice(0, 13)}@1:23.5`, choose())
    expect(found).toMatchObject({ id: idOf(2), at: 83_500_000 })
    expect(await resolveSession(idOf(2), choose())).not.toHaveProperty('at')
  })

  it('is the latest of all, or of the namespace', async () => {
    expect(await find('latest')).toBe(idOf(3))
    expect(await find('latest', choose(SESSIONS, 'dev'))).toBe(idOf(2))
    expect(await resolveSession('latest@0', choose())).toMatchObject({ id: idOf(3), at: 0 })
  })

  it('is found by its beginning in the namespace that was asked for, else in any', async () => {
    const twin = sessionObject({ number: 1, metadata: { namespace: 'dev', name: named(idOf(1).replace(/.$/, 'f')) } })
    expect(await find(idOf(1).slice(0, 13), choose([...SESSIONS, twin], 'dev'))).toBe(twin.metadata.name)
    expect(await find(idOf(1).slice(0, 13), choose(SESSIONS, 'dev'))).toBe(idOf(1))
  })

  it('is not found by its beginning where its reader may not look into all namespaces', async () => {
    class OneNamespace extends ListedLibrary {
      override async list(query: SessionQuery, page: PageRequest): Promise<SessionPage> {
        if (query.namespace === undefined) throw fault('KAE_READING_FORBIDDEN')
        return super.list(query, page)
      }
    }
    const choice = { ...choose(SESSIONS, 'dev'), library: new OneNamespace(SESSIONS) }
    await expect(find(idOf(1).slice(0, 13), choice)).rejects.toMatchObject({
      code: 'KAE_SESSION_NOT_FOUND',
      detail: `${idOf(1).slice(0, 13)}…; looked in namespace dev (a shelf)`,
    })
  })

  it('is found by its beginning although its machine had another day', async () => {
    const late = sessionObject({ number: 3, metadata: { name: named(`00000001-0000-7000-8000-${'0'.repeat(12)}`) } })
    expect(await find('0000', choose([late, sessionObject()]))).toBe(late.metadata.name)
  })

  it('is looked for near its time first, and no page of other times is read', async () => {
    const choice = choose()
    await find(idOf(2).slice(0, 13), choice)
    expect(choice.library.asked).toHaveLength(1)
    const { since = 0, until = 0 } = choice.library.asked[0]?.query ?? {}
    expect(until - since).toBeLessThan(3 * 86_400e6)
  })
})

describe('no session', () => {
  it('is asked for at times that no clock shows', async () => {
    const choice = choose()
    await expect(find('ffffffff', choice)).rejects.toMatchObject({ code: 'KAE_SESSION_NOT_FOUND' })
    const { since, until } = choice.library.asked[0]?.query ?? {}
    expect([since, until].map(Number.isSafeInteger)).toEqual([true, true])
  })

  it.each([
    ['a word that is no id', 'web-0', 'KAE_SESSION_ID_INVALID'],
    ['three characters', '019', 'KAE_SESSION_ID_INVALID'],
    ['letters of the other case', idOf(1).slice(0, 13).toUpperCase(), 'KAE_SESSION_ID_INVALID'],
    ['a path', '../../etc', 'KAE_SESSION_ID_INVALID'],
    ['more than an id', `${idOf(1)}0`, 'KAE_SESSION_ID_INVALID'],
    ['no time after the @', `${idOf(1)}@`, 'KAE_MOMENT_INVALID'],
    ['a word after the @', `${idOf(1)}@noon`, 'KAE_MOMENT_INVALID'],
    ['nothing', '', 'KAE_SESSION_ID_INVALID'],
    ['an id that is not there', idOf(9), 'KAE_SESSION_NOT_FOUND'],
    ['a beginning that none has', 'ffff', 'KAE_SESSION_NOT_FOUND'],
  ])('is found by %s', async (_, text, code) => {
    await expect(find(text)).rejects.toMatchObject({ code })
  })

  it('is found by a beginning that two have, and both are named', async () => {
    const found = find(idOf(1).slice(0, 8))
    await expect(found).rejects.toMatchObject({ code: 'KAE_SESSION_ID_AMBIGUOUS' })
    await expect(found).rejects.toThrow(`may be ${idOf(3)} or ${idOf(2)}`)
  })

  it('is the latest where there are none', async () => {
    await expect(find('latest', choose([]))).rejects.toMatchObject({
      code: 'KAE_SESSION_NOT_FOUND',
      detail: 'there is none in a shelf',
    })
    await expect(find('latest', choose(SESSIONS, 'prod-2'))).rejects.toMatchObject({
      detail: 'there is none in namespace prod-2 (a shelf)',
    })
  })

  it('puts what was written on the screen with its controls', async () => {
    await expect(find('\x1b]0;x\x07')).rejects.toThrow(expect.objectContaining({ detail: '\\e]0;x\\x07' }))
  })
})
