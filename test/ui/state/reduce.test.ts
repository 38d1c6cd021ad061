import { describe, expect, it } from 'vitest'
import type { SessionObject } from '../../../src/protocol/session-object.ts'
import type { Event, Press } from '../../../src/ui/state/event.ts'
import { initialState, type State } from '../../../src/ui/state/model.ts'
import { podRow } from '../../../src/ui/state/pod-row.ts'
import { reduce } from '../../../src/ui/state/reduce.ts'
import { wanted } from '../../../src/ui/state/wanted.ts'
import { sessionObject } from '../../player/rig/memory-library.ts'
import { type PodDraft, pod } from '../rig/pods.ts'

const beginning: State = initialState({
  place: { context: 'blue', namespace: 'default' },
  contexts: ['blue', 'green'],
  homes: { blue: 'default', green: 'shop' },
  size: { columns: 80, rows: 24 },
  now: 0,
})

const following = (state: State, ...events: readonly Event[]): State => events.reduce(reduce, state)
const rows = (...drafts: readonly PodDraft[]) => drafts.map((draft) => podRow(pod(draft)))
const listed = (...names: readonly string[]): Event => ({
  type: 'pods-listed',
  rows: rows(...names.map((name) => ({ name }))),
})
const press = (press: Press): Event => ({ type: 'press', press })
const key = (name: Exclude<Press['name'], 'ctrl' | 'text' | 'paste'>): Event => press({ name })
const typed = (text: string): Event[] => [...text].map((letter) => press({ name: 'text', text: letter }))
const cursor = ({ pods }: State): string | undefined => pods.visible[pods.index]?.name

describe('the cursor', () => {
  it('stays on its pod while others come and go above it', () => {
    const state = following(beginning, listed('b', 'c'), key('down'))
    const upserts = rows({ name: 'a' })
    const changed = following(state, { type: 'pods-changed', changes: { upserts, removed: ['default/b'] } })
    expect(cursor(changed)).toBe('c')
    expect(changed.pods.visible.map(({ name }) => name)).toEqual(['a', 'c'])
  })

  it('goes to the row that takes the place of a pod that is gone', () => {
    const state = following(beginning, listed('a', 'b', 'c'), key('down'))
    expect(cursor(following(state, { type: 'pods-changed', changes: { upserts: [], removed: ['default/b'] } }))).toBe(
      'c',
    )
  })

  it('is always on the screen', () => {
    const names = Array.from({ length: 200 }, (_, index) => `p${String(index).padStart(3, '0')}`)
    const { pods } = following(beginning, listed(...names), key('end'))
    expect(pods.index).toBe(199)
    expect(pods.index - pods.top).toBeLessThan(24)
  })

  it('is where it was when a shell is over', () => {
    const state = following(beginning, listed('a', 'b', 'c'), key('down'), key('enter'))
    expect(state.leaving).toMatchObject({ to: 'shell', pod: 'b', container: 'app' })
    const back = following(state, { type: 'returned' })
    expect([back.leaving, cursor(back)]).toEqual([undefined, 'b'])
  })
})

describe('keys', () => {
  it('filter only after f, so that a name may begin with a key', () => {
    const state = following(beginning, listed('web', 'db'), ...typed('fweb'))
    expect([state.screen, state.filtering, state.pods.visible.length]).toEqual(['pods', true, 1])
    expect(following(beginning, listed('web', 'db'), ...typed('w')).screen).toBe('live')
  })

  it('open a shell by s as well, as in k9s', () => {
    const state = following(beginning, listed('a', 'b'), key('down'), ...typed('s'))
    expect(state.leaving).toMatchObject({ to: 'shell', pod: 'b' })
    // In a line that is typed it is a letter.
    expect(following(beginning, listed('a'), ...typed('fs')).leaving).toBeUndefined()
  })

  it('take the text of a search to the pods by Tab', () => {
    const state = following(beginning, listed('web', 'db'), ...typed('/we'), key('tab'))
    expect([state.screen, state.pods.filter, state.pods.visible.length]).toEqual(['pods', 'we', 1])
  })

  it('do nothing when they are pasted onto a list', () => {
    const state = following(beginning, listed('a'))
    expect(following(state, press({ name: 'paste', text: 'q\r' }))).toEqual(state)
  })

  it('quit by Ctrl-C from everywhere', () => {
    for (const before of ['', '?', 'c', 'f', '/', 'r']) {
      expect(following(beginning, ...typed(before), press({ name: 'ctrl', letter: 'c' })).leaving).toEqual({
        to: 'quit',
      })
    }
  })

  it('go back by Escape: the filter first, then the screen', () => {
    const recent = following(beginning, ...typed('rfx'), key('enter'))
    const once = following(recent, key('escape'))
    expect([once.screen, once.recent.filter]).toEqual(['recent', ''])
    expect(following(once, key('escape')).screen).toBe('pods')
  })

  it('go back by Escape the way that one came, to the row that one left', () => {
    const sessions = (['1', '2'] as const).map((digit) => ({
      ...sessionObject(3, 5000),
      metadata: { ...sessionObject(3, 5000).metadata, name: `01a205ad-a283-7215-8422-8d296238d89${digit}` },
    })) as SessionObject[]
    const changed: Event = { type: 'sessions-changed', upserts: sessions, removed: [] }
    const there = following(beginning, ...typed('r'), changed, key('down'))
    const [left] = [there.recent.key]
    const search = following(there, ...typed('/root'))
    expect([search.screen, search.trail]).toEqual(['search', ['pods', 'recent']])
    const back = following(search, key('escape'))
    expect([back.screen, back.recent.key, back.trail]).toEqual(['recent', left, ['pods']])
    const live = following(back, ...typed('w'), key('escape'))
    expect([live.screen, following(live, key('escape')).screen]).toEqual(['recent', 'pods'])
    // A screen on the way is the way back, so the way does not grow.
    expect(following(back, ...typed('wrwrwr')).trail).toEqual(['pods'])
    expect(following(back, ...typed('wp')).trail).toEqual([])
  })

  it('never show sessions as running that ran before one looked elsewhere', () => {
    const running = { ...sessionObject(3, undefined) }
    const live = following(beginning, ...typed('w'), { type: 'sessions-changed', upserts: [running], removed: [] })
    expect(live.live.rows).toHaveLength(1)
    expect(following(live, ...typed('/'), key('escape')).live.rows).toEqual([])
  })

  it('fetch again by Ctrl-R, and say so at once', () => {
    const trouble = { what: 'x', next: 'y' }
    const failed = following(beginning, { type: 'pods-feed', feed: { type: 'failed', trouble } })
    const again = following(failed, press({ name: 'ctrl', letter: 'r' }))
    expect([again.attempt, again.podsFeed]).toEqual([1, { type: 'loading' }])
  })
})

describe('another place', () => {
  it('never has rows of the one before', () => {
    const state = following(beginning, listed('a'), ...typed('c'), key('down'), key('enter'))
    expect(state.place).toEqual({ context: 'green', namespace: 'shop' })
    expect([state.pods.rows, state.podsFeed]).toEqual([[], { type: 'loading' }])
    expect(wanted(state).pods).toEqual(state.place)
  })

  it('can be a namespace that one may not list', () => {
    const state = following(beginning, ...typed('nsecret'), key('enter'))
    expect(state.place.namespace).toBe('secret')
  })
})

it('nothing runs in a pod: Enter says so, and opens nothing', () => {
  const over = podRow({ metadata: { name: 'job', namespace: 'default' }, status: { phase: 'Succeeded' } })
  const state = following(beginning, { type: 'pods-listed', rows: [over] }, key('enter'))
  expect(state.leaving).toBeUndefined()
  expect(state.notice?.words).toBe('No container of job runs: Succeeded')
})
