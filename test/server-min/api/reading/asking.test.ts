import { describe, expect, it } from 'vitest'
import { isTrue, MOST_ITEMS, parametersOf, parseAsking } from '../../../../server-min/api/reading/asking.ts'

const ask = (query: string, namespace?: string, others?: readonly string[]) =>
  parseAsking(parametersOf(`/apis/x?${query}`), namespace, others)

describe('a request for sessions', () => {
  it('asks for a page of all where it says nothing', () => {
    const { labels: _, ...asked } = ask('')
    expect(asked).toEqual({ query: {}, fields: [], limit: MOST_ITEMS, watch: false, bookmarks: false })
  })

  it('is for the namespace of its path, whatever its query says', () => {
    expect(ask('user=bob', 'prod').query).toEqual({ user: 'bob', namespace: 'prod' })
    expect(() => ask('namespace=dev', 'prod')).toThrow(expect.objectContaining({ code: 'KAE_READ_QUERY_INVALID' }))
  })

  it.each([
    ['limit=0', { limit: MOST_ITEMS }],
    ['limit=1', { limit: 1 }],
    ['limit=1000', { limit: 1000 }],
    ['limit=999999999', { limit: MOST_ITEMS }],
    ['watch=true&resourceVersion=7', { watch: true, resourceVersion: '7' }],
    ['watch', { watch: true }],
    ['watch=false', { watch: false }],
    ['watch=0', { watch: false }],
    ['allowWatchBookmarks=1', { bookmarks: true }],
    ['timeoutSeconds=30', { timeoutSeconds: 30 }],
    ['continue=abc', { continue: 'abc' }],
    ['pretty=true&timeout=5s', {}],
    ['sendInitialEvents=false', {}],
  ])('is read from %j', (query, expected) => expect(ask(query)).toMatchObject(expected))

  it.each(['continue=', 'resourceVersion=', 'timeoutSeconds=0'])('does not take %j for something', (query) => {
    const asked = ask(query)
    expect([asked.continue, asked.resourceVersion, asked.timeoutSeconds]).toEqual([undefined, undefined, undefined])
  })

  it.each([
    ['limit=ten', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=', 'limit'],
    ['timeoutSeconds=soon', 'timeoutSeconds'],
    ['limit=1&limit=2', 'limit'],
    ['watch=true&watch=false', 'watch'],
    ['fieldSelector=status.phase%3DLive&fieldSelector=status.phase%3DEnded', 'fieldSelector'],
    ['continue=a&continue=b', 'continue'],
    ['user=a&user=b', 'user'],
    ['wacth=true', 'wacth'],
    ['user=', 'user'],
    ['since=yesterday', 'since'],
  ])('is refused where it is not understood: %j', (query, name) => {
    expect(() => ask(query)).toThrow(
      expect.objectContaining({ code: 'KAE_READ_QUERY_INVALID', detail: expect.stringContaining(name) }),
    )
  })

  it.each(['sendInitialEvents=true', 'resourceVersionMatch=Exact'])(
    'says what this server does not do: %s',
    (query) => {
      expect(() => ask(query)).toThrow(expect.objectContaining({ code: 'KAE_READ_UNSUPPORTED', http: 422 }))
    },
  )

  it('may have parameters of its own kind, where that kind is asked', () => {
    expect(ask('text=x', undefined, ['text']).query).toEqual({})
    expect(() => ask('text=x')).toThrow(expect.objectContaining({ code: 'KAE_READ_QUERY_INVALID' }))
  })

  it('has a bound', () => {
    expect(() => parametersOf(`/x?user=${'a'.repeat(16 * 1024)}`)).toThrow(
      expect.objectContaining({ code: 'KAE_READ_QUERY_INVALID' }),
    )
    expect([...parametersOf('/x')]).toEqual([])
    expect([...parametersOf(undefined)]).toEqual([])
  })

  it.each([
    [null, false],
    ['', true],
    ['0', false],
    ['FALSE', false],
    ['no', true],
    ['1', true],
  ])('says yes or no as Kubernetes reads it: %j', (text, yes) => expect(isTrue(text)).toBe(yes))
})
