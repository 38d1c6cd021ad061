import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { askLines } from '../../../src/ui/plain/ask.ts'
import type { Event } from '../../../src/ui/state/event.ts'
import { initialState, type Leaving } from '../../../src/ui/state/model.ts'
import { podRow } from '../../../src/ui/state/pod-row.ts'
import { Store } from '../../../src/ui/store.ts'
import { type PodDraft, pod } from '../rig/pods.ts'

const NOW = Date.parse('2026-01-01T00:05:00Z')
const LIVE: Event = { type: 'pods-feed', feed: { type: 'live' } }
const KNOWN: Event = { type: 'recording', recording: { collector: 'yes', required: 'yes', allowed: 'yes' } }
const TROUBLE = { what: 'The API server is on fire.', next: 'Call somebody.' }
const listed = (...drafts: readonly PodDraft[]): Event => ({
  type: 'pods-listed',
  rows: drafts.map((draft) => podRow(pod(draft))),
})

/** Somebody who listens and answers. */
class Listener {
  readonly store: Store
  readonly left: Promise<Leaving>
  readonly #stdin = new PassThrough()
  readonly #stdout = new PassThrough({ encoding: 'utf8' })
  #said = ''

  constructor(...events: readonly Event[]) {
    const place = { context: 'blue', namespace: 'default' }
    const size = { columns: 80, rows: 24 }
    this.store = new Store(initialState({ place, contexts: ['blue'], homes: { blue: 'default' }, size, now: NOW }))
    for (const event of events) this.store.dispatch(event)
    this.left = askLines(this.store, { stdin: this.#stdin, stdout: this.#stdout })
  }

  /** All lines up to the next question. */
  async question(): Promise<string> {
    for (;;) {
      const end = /: $/.exec(this.#said)
      if (end !== null) {
        const said = this.#said
        this.#said = ''
        return said
      }
      const part: string | null = this.#stdout.read()
      if (part === null) await new Promise((resolve) => this.#stdout.once('readable', resolve))
      else this.#said += part
    }
  }

  async answer(line: string): Promise<string> {
    this.#stdin.write(`${line}\n`)
    return await this.question()
  }

  async quit(): Promise<void> {
    this.#stdin.write('q\n')
    await this.left
  }
}

describe('without a screen', () => {
  it('the place comes first, then what can be chosen, by number', async () => {
    const listener = new Listener(listed({ name: 'a' }, { name: 'b', ready: false, restarts: 2 }), LIVE, KNOWN)
    expect(await listener.question()).toBe(
      [
        '',
        'Pods. Context blue, namespace default. Sessions are recorded in the cluster, and refused without a record.',
        '2 pods.',
        '1. a, Running, 1 of 1 ready, 5 minutes old',
        '2. b, Running, 0 of 1 ready, 2 restarts, 5 minutes old',
        'Number or letter, ? for help: ',
      ].join('\n'),
    )
    await listener.quit()
  })

  it.each<[string, Event, RegExp]>([
    ['lost', { type: 'pods-feed', feed: { type: 'lost', trouble: TROUBLE, retryAt: NOW + 3000 } }, /Connection lost/],
    ['failed', { type: 'pods-feed', feed: { type: 'failed', trouble: TROUBLE } }, /Stopped/],
  ])('it is said that rows are from before: %s', async (_, event, words) => {
    const listener = new Listener(listed({ name: 'a' }), event, KNOWN)
    const said = await listener.question()
    expect(said).toMatch(words)
    expect(said).toMatch(/What you see is from before[\s\S]*1\. a/)
    await listener.quit()
  })

  it('an empty list says why, and what to do', async () => {
    const listener = new Listener({ type: 'pods-feed', feed: { type: 'refused', trouble: TROUBLE } }, KNOWN)
    expect(await listener.question()).toMatch(/You may not list pods in namespace default\.\n.*on fire/)
    await listener.quit()
  })

  it('a long list comes in parts', async () => {
    const names = Array.from({ length: 70 }, (_, index) => ({ name: `p${index + 100}` }))
    const listener = new Listener(listed(...names), LIVE, KNOWN)
    expect(await listener.question()).toMatch(/30\. p129[^\n]*\n40 more: m shows the next/)
    expect(await listener.answer('m')).toMatch(/^31\. p130[\s\S]*60\. p159[^\n]*\n10 more/)
    expect(await listener.answer('m')).toMatch(/^61\. p160[\s\S]*70\. p169[^\n]*\nNumber/)
    await listener.quit()
  })

  it('a number is what was said, not what the list has become since', async () => {
    const listener = new Listener(listed({ name: 'a' }, { name: 'b' }), LIVE, KNOWN)
    await listener.question()
    listener.store.dispatch({ type: 'pods-changed', changes: { upserts: [], removed: ['default/a'] } })
    expect(await listener.answer('1')).toContain('It is gone.')
    await listener.quit()
  })

  it('a pod is entered by its number', async () => {
    const listener = new Listener(listed({ name: 'a' }, { name: 'b' }), LIVE, KNOWN)
    await listener.question()
    void listener.answer('2')
    expect(await listener.left).toMatchObject({ to: 'shell', pod: 'b', container: 'app' })
  })

  it('nothing that somebody else named drives the terminal', async () => {
    const listener = new Listener(listed({ name: 'a\x1b]0;owned\x07', containers: ['c\x9b2J', 'd'] }), LIVE, KNOWN)
    const said = (await listener.question()) + (await listener.answer('1'))
    expect(said).toMatch(/owned[\s\S]*2J/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(said).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/)
    await listener.quit()
  })

  it('a question names the pod that it is about', async () => {
    const listener = new Listener(listed({ name: 'web', containers: ['app', 'proxy'] }), LIVE, KNOWN)
    await listener.question()
    expect(await listener.answer('1')).toMatch(/Choose a container in web\.\n1\. app/)
    await listener.quit()
  })

  it('it is said that not all is listed, and how it is again', async () => {
    const listener = new Listener(listed({ name: 'web' }, { name: 'db' }), LIVE, KNOWN)
    await listener.question()
    expect(await listener.answer('f web')).toMatch(
      /Only those with web: 1 of 2\. f alone shows everything again\.\n1\. web/,
    )
    expect(await listener.answer('f none')).toMatch(/Nothing here matches “none”\.\nf alone clears the filter\./)
    expect(await listener.answer('f')).toMatch(/2 pods\.\n1\. (db|web)/)
    await listener.quit()
  })

  it('a search says what it looked for, and names what is typed here in place of keys', async () => {
    const listener = new Listener(LIVE, KNOWN)
    await listener.question()
    const searched = listener.answer('/root')
    listener.store.dispatch({ type: 'search-feed', feed: { type: 'live' } })
    const said = await searched
    expect(said).toMatch(/Commands with root\. Context blue/)
    expect(said).toContain('o TEXT looks through the output as well.')
    expect(said).not.toMatch(/Esc|Ctrl/)
    await listener.quit()
  })

  it.each(['failed', 'refused'] as const)('Enter tries again what came to a stop: %s', async (type) => {
    const listener = new Listener({ type: 'pods-feed', feed: { type, trouble: TROUBLE } }, KNOWN)
    expect(await listener.question()).not.toMatch(/Esc|Ctrl/)
    const again = listener.answer('')
    await expect.poll(() => listener.store.get().attempt).toBe(1)
    listener.store.dispatch(listed({ name: 'a' }))
    listener.store.dispatch(LIVE)
    expect(await again).toContain('1. a, Running')
    await listener.quit()
  })

  it('the end of input is the end', async () => {
    const stdin = new PassThrough()
    const listener = new Listener(listed({ name: 'a' }), LIVE, KNOWN)
    await listener.question()
    const left = askLines(listener.store, { stdin, stdout: new PassThrough() })
    stdin.end()
    expect(await left).toEqual({ to: 'quit' })
    await listener.quit()
  })
})
