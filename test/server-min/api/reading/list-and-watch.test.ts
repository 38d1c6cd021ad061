import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sessionsPath } from '../../../../src/protocol/api.ts'
import { draft, endDraft } from '../../rig/client.ts'
import { as, type Reader, ReadingRig } from './rig.ts'

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
const PARTIAL = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'

let rig: ReadingRig
beforeEach(async () => {
  rig = await ReadingRig.start()
  rig.grants.add('carol audit sessions *')
})
afterEach(() => rig[Symbol.asyncDispose]())

const ended = (code: number) => [
  draft('end', JSON.stringify({ version: 1, reason: 'exited', exitCode: code, input: { bytes: 0 }, durationMs: 5000 })),
]

interface Event {
  readonly type: string
  readonly object: {
    readonly kind: string
    readonly code?: number
    readonly metadata: { name: string; resourceVersion: string }
  }
}

const eventsOf = (reader: Reader): Event[] =>
  reader.text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

const shown = (reader: Reader) => eventsOf(reader).map(({ type, object }) => [type, object.metadata?.name])

const watch = (query: string, user = 'carol', headers = {}) =>
  rig.open(`${sessionsPath('default')}?watch=true${query}`, user, headers)

const until = (reader: Reader, count: number) => reader.until(() => eventsOf(reader).length >= count)

describe('a list', () => {
  test('is a SessionList, newest first, in pages that together are the whole', async () => {
    const ids: string[] = []
    for (let index = 0; index < 5; index += 1) ids.unshift(await rig.session())
    const found: string[] = []
    let token = ''
    do {
      const answer = await rig.list('alice', `?limit=2${token === '' ? '' : `&continue=${encodeURIComponent(token)}`}`)
      const list = answer.json() as {
        kind: string
        items: Array<{ metadata: { name: string } }>
        metadata: { continue?: string }
      }
      expect([list.kind, list.items.length <= 2]).toEqual(['SessionList', true])
      found.push(...list.items.map(({ metadata }) => metadata.name))
      token = list.metadata.continue ?? ''
    } while (token !== '')
    expect(found).toEqual(ids)
  })

  test('selected by anything goes on until its page is full', async () => {
    const wanted = await rig.session({}, ended(7))
    for (let index = 0; index < 4; index += 1) await rig.session()
    expect(await rig.names('alice', '?limit=1&fieldSelector=status.reason%3Dexited,status.exitCode!%3D0')).toEqual([
      wanted,
    ])
    expect(await rig.names('alice', '?fieldSelector=status.exitCode%3D7')).toEqual([wanted])
    expect(await rig.names('alice', '?fieldSelector=status.exitCode%3Dx')).toEqual([])
    expect(await rig.names('alice', '?labelSelector=app%20in%20(web,db),!tier')).toHaveLength(5)
    expect(await rig.names('alice', '?labelSelector=app%20notin%20(web)')).toEqual([])
  })

  test('is a Table of plain text where kubectl asks for one', async () => {
    const id = await rig.session({ target: { command: ['sh', '-c', 'echo \x1b]0;x\x07\n'] } }, ended(3))
    const answer = await rig.ask(sessionsPath('default'), 'alice', { headers: as('alice', { accept: TABLE }) })
    const table = answer.json() as {
      columnDefinitions: Array<{ name: string }>
      rows: Array<{ cells: string[]; object: object }>
    }
    expect(table).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' })
    const cells = Object.fromEntries(
      table.columnDefinitions.map(({ name }, index) => [name, table.rows[0]!.cells[index]]),
    )
    expect(cells).toMatchObject({
      Name: id,
      User: 'alice',
      Pod: 'web-0',
      Container: 'app',
      State: 'exit 3',
      Duration: '5s',
    })
    expect(cells.Command).toBe(String.raw`sh -c "echo \e]0;x\x07\n"`)
    expect(table.rows[0]!.object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: id } })
  })

  test('is one of metadata alone where that is asked for', async () => {
    const id = await rig.session()
    const answer = await rig.ask(sessionsPath('default'), 'alice', { headers: as('alice', { accept: PARTIAL }) })
    expect(answer.json()).toMatchObject({ kind: 'PartialObjectMetadataList', items: [{ metadata: { name: id } }] })
    expect(answer.text).not.toContain('spec')
  })

  test.each([
    ['?fieldSelector=spec.secret%3Dx', 400],
    ['?labelSelector=a%20in%20(b', 400],
    ['?labelSelector=a%3Db%3Dc', 400],
    ['?limit=-1', 400],
    ['?limit=1&limit=2', 400],
    ['?whatever=1', 400],
    ['?exitCode=x', 400],
    ['?watch=true&sendInitialEvents=true', 422],
    ['?resourceVersionMatch=Exact&resourceVersion=1', 422],
  ])('%s is refused with %i', async (query, code) => {
    const answer = await rig.list('alice', query)
    expect([answer.status, answer.json().kind]).toEqual([code, 'Status'])
  })

  test('cannot be written: other methods do not exist', async () => {
    const id = await rig.session()
    for (const [method, path] of [
      ['DELETE', sessionsPath('default', id)],
      ['DELETE', sessionsPath('default')],
      ['POST', sessionsPath('default')],
      ['PATCH', sessionsPath('default', id)],
      ['PUT', sessionsPath('default', id, 'log')],
    ] as const) {
      expect((await rig.ask(path, 'alice', { method })).status).toBe(405)
    }
  })
})

describe('a watch', () => {
  test('begins with all that there is, and goes on with what changes', async () => {
    const first = await rig.session()
    const reader = await watch('')
    await until(reader, 3)
    const second = await rig.session({}, [])
    await until(reader, 4)
    expect(shown(reader)[0]).toEqual(['ADDED', first])
    expect(shown(reader).at(-1)).toEqual(['ADDED', second])
    reader.leave()
  })

  test('goes on from where a list was', async () => {
    await rig.session()
    const { resourceVersion } = (await rig.list('carol')).json().metadata as { resourceVersion: string }
    const reader = await watch(`&resourceVersion=${resourceVersion}`)
    const id = await rig.session({}, [])
    await until(reader, 1)
    expect(shown(reader)).toEqual([['ADDED', id]])
    reader.leave()
  })

  test('from a version that is not known any more is Gone', async () => {
    const reader = await watch('&resourceVersion=999999')
    expect(await reader.end()).toBe('whole')
    expect(eventsOf(reader)).toMatchObject([
      { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } },
    ])
  })

  test('tells of a session that leaves its selection that it is deleted there', async () => {
    const reader = await watch('&fieldSelector=status.phase%3DLive')
    const id = await rig.session({}, [])
    await until(reader, 1)
    await rig.server.log.append(id, [endDraft()])
    await until(reader, 2)
    expect(shown(reader)).toEqual([
      ['ADDED', id],
      ['DELETED', id],
    ])
    reader.leave()
  })

  test('as a Table has its columns once', async () => {
    const reader = await watch('', 'carol', { accept: TABLE })
    await rig.session()
    await until(reader, 3)
    const tables = eventsOf(reader).map(
      ({ object }) => object as unknown as { kind: string; columnDefinitions: unknown; rows: object[] },
    )
    expect(tables.map(({ kind, rows }) => [kind, rows.length])).toEqual([
      ['Table', 1],
      ['Table', 1],
      ['Table', 1],
    ])
    expect(tables.map(({ columnDefinitions }) => columnDefinitions !== null)).toEqual([true, false, false])
    reader.leave()
  })

  test('ends when its time is over, as a whole', async () => {
    const reader = await watch('&timeoutSeconds=1')
    expect(await reader.end()).toBe('whole')
  })
})
