/** The same state without a screen: lines, numbers, and one question after another. Nothing is painted over. */
import { createInterface, type Interface } from 'node:readline/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Event } from '../state/event.ts'
import { messageOf } from '../state/message.ts'
import type { Leaving, State } from '../state/model.ts'
import type { Store } from '../store.ts'
import { shownOf } from '../view/words.ts'
import { type Answer, HELP, parseAnswer } from './answer.ts'
import { choicesOf, countLine, type Item, itemsOf, placeLine, questionOf, TYPED_KEYS } from './spoken.ts'

export interface PlainStreams {
  readonly stdin: NodeJS.ReadableStream
  readonly stdout: NodeJS.WritableStream
}

/** More than this at once is not listened to. */
const PAGE = 30
const RECORDING_MS = 1500

/** Resolves when the person wants to go somewhere else. */
export async function askLines(store: Store, { stdin, stdout }: PlainStreams): Promise<Leaving> {
  const lines = createInterface({ input: stdin, terminal: false })
  try {
    return await new Conversation(store, lines, stdout).run()
  } finally {
    lines.close()
  }
}

class Conversation {
  readonly #store: Store
  readonly #lines: AsyncIterator<string>
  readonly #out: NodeJS.WritableStream
  #items: readonly Item[] = []
  #from = 0

  constructor(store: Store, lines: Interface, out: NodeJS.WritableStream) {
    this.#store = store
    this.#lines = lines[Symbol.asyncIterator]()
    this.#out = out
  }

  async run(): Promise<Leaving> {
    for (let show = true; ; ) {
      const { leaving } = this.#store.get()
      if (leaving !== undefined) return leaving
      if (show) await this.#show()
      const line = await this.#ask()
      if (line === undefined) return { to: 'quit' }
      show = this.#follow(parseAnswer(line))
    }
  }

  #say(...lines: readonly string[]): void {
    for (const line of lines) this.#out.write(`${line}\n`)
  }

  async #ask(): Promise<string | undefined> {
    this.#out.write(
      this.#store.get().picker === undefined ? 'Number or letter, ? for help: ' : 'Number, or b for back: ',
    )
    const { value, done } = await this.#lines.next()
    return done ? undefined : value
  }

  async #show(): Promise<void> {
    await until(this.#store, (state) => !isLoading(state))
    // What is said once stays as it was said, so the answer about recording is worth a moment.
    await Promise.race([until(this.#store, isRecordingKnown), sleep(RECORDING_MS, undefined, { ref: false })])
    this.#from = 0
    const state = this.#store.get()
    this.#say('')
    const message = messageOf(state, TYPED_KEYS.again)
    this.#say(...(state.notice?.lines ?? (message === undefined ? [] : [message.words])))
    // It is said: the next answer is for the list.
    if (state.notice?.lines !== undefined) this.#press({ name: 'escape' })
    if (state.picker !== undefined) {
      this.#items = choicesOf(state.picker)
      this.#say(questionOf(state.picker))
    } else {
      const { items, nothing } = itemsOf(state)
      this.#items = items
      this.#say(placeLine(state), ...countLine(state), ...nothing)
    }
    this.#page()
  }

  #page(): void {
    const shown = this.#items.slice(this.#from, this.#from + PAGE)
    this.#say(...shown.map(({ words }, index) => `${this.#from + index + 1}. ${words}`))
    this.#from += shown.length
    const left = this.#items.length - this.#from
    if (left > 0) this.#say(`${left} more: m shows the next, f TEXT shows fewer.`)
  }

  /** Whether there is something new to show. */
  #follow(answer: Answer): boolean {
    switch (answer.do) {
      case 'choose':
        return this.#choose(answer.number)
      case 'key':
        this.#leaveLine()
        return this.#press({ name: 'text', text: answer.key })
      case 'filter':
        this.#leaveLine()
        this.#press({ name: 'text', text: 'f' })
        this.#press({ name: 'ctrl', letter: 'u' })
        this.#press({ name: 'paste', text: answer.text })
        return this.#press({ name: 'enter' })
      case 'search':
        this.#leaveLine()
        this.#press({ name: 'text', text: '/' })
        this.#press({ name: 'ctrl', letter: 'u' })
        if (answer.output !== this.#store.get().searchOutput) this.#press({ name: 'ctrl', letter: 'o' })
        return this.#press({ name: 'paste', text: answer.text })
      case 'again':
        return this.#again()
      case 'more':
        this.#page()
        return false
      case 'back':
        return this.#press({ name: 'escape' })
      case 'help':
        this.#say(...HELP)
        return false
      case 'quit':
        return this.#press({ name: 'ctrl', letter: 'c' })
      case 'unknown':
        this.#say('That is neither a number of the list nor a letter that is known. ? for help.')
        return false
    }
  }

  /** What came to a stop begins anew; what goes on is said as it is now. */
  #again(): boolean {
    const { type } = shownOf(this.#store.get()).feed
    return type === 'live' || type === 'loading' || this.#press({ name: 'ctrl', letter: 'r' })
  }

  /** On the screen these two take letters as text. */
  #leaveLine(): void {
    const { picker, screen } = this.#store.get()
    if (picker !== undefined || screen === 'search') this.#press({ name: 'escape' })
  }

  #press(press: (Event & { type: 'press' })['press']): boolean {
    this.#store.dispatch({ type: 'press', press })
    return true
  }

  /** By what was said, not by what the list has become since. */
  #choose(number: number): boolean {
    const item = this.#items[number - 1]
    if (item === undefined) {
      this.#say(`There is no number ${number}.`)
      return false
    }
    this.#store.dispatch({ type: 'point', key: item.key })
    if (selectedKey(this.#store.get()) !== item.key) {
      this.#say('It is gone.')
      return true
    }
    return this.#press({ name: 'enter' })
  }
}

const LISTS = { pods: 'pods', recent: 'recent', live: 'live', search: 'hits' } as const

const selectedKey = (state: State): string | undefined => (state.picker?.choices ?? state[LISTS[state.screen]]).key

const isRecordingKnown = ({ recording }: State): boolean => !recording.isPending

/** For what is being fetched: it is there, or known not to come. */
function until(store: Store, holds: (state: State) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!holds(store.get())) return
      unsubscribe()
      resolve()
    }
    const unsubscribe = store.subscribe(look)
    look()
  })
}

function isLoading({ screen, picker, ...state }: State): boolean {
  if (picker !== undefined) return picker.kind === 'namespace' && state.namespacesFeed.type === 'loading'
  switch (screen) {
    case 'pods':
      return state.podsFeed.type === 'loading'
    case 'recent':
    case 'live':
      return state.sessionsFeed.type === 'loading'
    case 'search':
      return state.searchFeed.type === 'loading'
  }
}
