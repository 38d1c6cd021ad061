/** Why a list is empty, and what to do about it. Pure. */
import { escapeText } from '../../recording/escape.ts'
import { secondsUntil } from '../state/message.ts'
import type { State } from '../state/model.ts'
import { wrapped } from '../text.ts'
import { centred, type Room } from './centred.ts'
import type { Pieces } from './lines.tsx'
import type { Theme } from './theme.ts'
import { namespaceWords, shownOf } from './words.ts'

export interface Words {
  readonly title: string
  readonly lines?: readonly string[]
  readonly tone?: 'bad' | 'pending'
}

/** Longer lines are hard to read. */
const PLACARD_COLUMNS = 72

/** A few lines in the middle of an empty screen. */
export function placardRows({ title, lines = [], tone }: Words, room: Room, theme: Theme): readonly Pieces[] {
  const width = Math.max(1, Math.min(PLACARD_COLUMNS, room.width - 2))
  const color = tone === undefined ? undefined : theme[tone]
  const heading = wrapped(title, width).map((text): Pieces => [{ text, bold: true, color }])
  const rest = lines.flatMap((line) => wrapped(line, width)).map((text): Pieces => [{ text, color: theme.faint }])
  return centred([...heading, ...rest], room)
}

/** Why what was opened did not come to anything, in all its words: an error in one clipped line helps nobody. */
export const problemWords = ([title = '', ...lines]: readonly string[]): Words => ({ title, lines, tone: 'bad' })

/** How keys are called: where there is no screen, one types other things. */
export interface KeyNames {
  /** Fetches again. */
  readonly again: string
  readonly back: string
  readonly clear: string
  /** Searches output as well. */
  readonly output: string
  readonly open: string
}

export const SCREEN_KEYS: KeyNames = {
  again: 'Ctrl-R',
  back: 'Esc',
  clear: 'Esc',
  output: 'Ctrl-O',
  open: 'Enter on one',
}

/** Undefined where there are rows to show. */
export function placardOf(state: State, keys: KeyNames = SCREEN_KEYS): Words | undefined {
  const { list, feed } = shownOf(state)
  if (list.visible.length > 0) return undefined
  switch (feed.type) {
    case 'refused':
      return { title: refusedTitle(state), lines: [feed.trouble.what, refusedNext(state, keys)], tone: 'bad' }
    case 'failed':
      return {
        title: feed.trouble.what,
        lines: [sentence(feed.trouble.next), `${keys.again} tries again, c chooses another context.`],
        tone: 'bad',
      }
    case 'lost': {
      const again = `Trying again in ${secondsUntil(feed.retryAt, state.now)} s. ${keys.again} tries now, c chooses another context.`
      return { title: feed.trouble.what, lines: [sentence(feed.trouble.next), again], tone: 'bad' }
    }
    case 'loading':
      return list.rows.length > 0 ? filteredOut(list.filter, keys) : { title: `${LOADING[state.screen]} …` }
    case 'live':
      return list.rows.length > 0 ? filteredOut(list.filter, keys) : emptyWords(state, keys)
  }
}

const LOADING = {
  pods: 'Fetching pods',
  recent: 'Reading sessions',
  live: 'Reading sessions',
  search: 'Searching',
} as const

/** What somebody is to do, as a sentence like those beside it. */
const sentence = (words: string): string => (/[.!?:]$/.test(words) ? words : `${words}.`)

const filteredOut = (filter: string, { clear }: KeyNames): Words => ({
  title: `Nothing here matches “${escapeText(filter)}”.`,
  lines: [`${clear} clears the filter.`],
})

function refusedTitle({ screen, place }: State): string {
  const where = place.namespace === '' ? 'in all namespaces together' : `in namespace ${escapeText(place.namespace)}`
  return screen === 'pods' ? `You may not list pods ${where}.` : `You may not read sessions ${where}.`
}

const refusedNext = ({ screen }: State, { back }: KeyNames): string =>
  screen === 'pods'
    ? 'n chooses another namespace. A pod whose name you know may still be open to you: kube-audit-exec POD'
    : `${back} goes back.`

function emptyWords(state: State, keys: KeyNames): Words {
  const namespace = state.place.namespace
  const where = namespace === '' ? 'in any namespace' : `in namespace ${escapeText(namespaceWords(namespace))}`
  const from = state.readFrom === '' ? [] : [`Read from ${escapeText(state.readFrom)}.`]
  switch (state.screen) {
    case 'pods':
      return { title: `There are no pods ${where}.`, lines: ['n chooses another namespace, 0 shows all of them.'] }
    case 'recent':
      return {
        title: `No session was recorded ${where}.`,
        lines: [...from, `p goes to the pods: ${keys.open} records the first.`],
      }
    case 'live':
      return { title: `No session runs ${where} now.`, lines: [...from, 'It appears here as soon as one is opened.'] }
    case 'search':
      return state.searchText.trim() === ''
        ? {
            title: `Type what to look for in the commands${state.searchOutput ? ' and the output' : ''} of all sessions.`,
            lines: ['/between slashes/ is a regular expression.'],
          }
        : {
            title: `No command${state.searchOutput ? ' and no output' : ''} has “${escapeText(state.searchText.trim())}” in it.`,
            lines: state.searchOutput ? from : [...from, `${keys.output} looks through the output as well.`],
          }
  }
}
