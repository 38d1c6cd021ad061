/** Why a list is empty, and what to do about it. Pure. */
import { escapeText } from '../../recording/escape.ts'
import { secondsUntil } from '../state/message.ts'
import type { State } from '../state/model.ts'
import { namespaceWords, shownOf } from './words.ts'

export interface Words {
  readonly title: string
  readonly lines?: readonly string[]
  readonly tone?: 'bad' | 'pending'
}

/** Its words are no wider: longer lines are hard to read. */
export const PLACARD_COLUMNS = 72
/** Where there is little room it stands on top. */
export const PLACARD_ROOMY_ROWS = 8

/** The row of a single line. */
export const placardRow = (height: number): number => (height < PLACARD_ROOMY_ROWS ? 0 : Math.round((height - 1) / 2))

/** Undefined where there are rows to show. */
export function placardOf(state: State): Words | undefined {
  const { list, feed } = shownOf(state)
  if (list.visible.length > 0) return undefined
  switch (feed.type) {
    case 'refused':
      return { title: refusedTitle(state), lines: [feed.trouble.what, refusedNext(state)], tone: 'bad' }
    case 'failed':
      return {
        title: feed.trouble.what,
        lines: [feed.trouble.next, 'Ctrl-R tries again, c chooses another context.'],
        tone: 'bad',
      }
    case 'lost': {
      const again = `Trying again in ${secondsUntil(feed.retryAt, state.now)} s. Ctrl-R tries now, c chooses another context.`
      return { title: feed.trouble.what, lines: [feed.trouble.next, again], tone: 'bad' }
    }
    case 'loading':
      return list.rows.length > 0 ? filteredOut(list.filter) : { title: `${LOADING[state.screen]} …` }
    case 'live':
      return list.rows.length > 0 ? filteredOut(list.filter) : emptyWords(state)
  }
}

const LOADING = {
  pods: 'Fetching pods',
  recent: 'Reading sessions',
  live: 'Reading sessions',
  search: 'Searching',
} as const

const filteredOut = (filter: string): Words => ({
  title: `Nothing here matches “${escapeText(filter)}”.`,
  lines: ['Esc clears the filter.'],
})

function refusedTitle({ screen, place }: State): string {
  const where = place.namespace === '' ? 'in all namespaces together' : `in namespace ${escapeText(place.namespace)}`
  return screen === 'pods' ? `You may not list pods ${where}.` : `You may not read sessions ${where}.`
}

const refusedNext = ({ screen }: State): string =>
  screen === 'pods'
    ? 'n chooses another namespace. A pod whose name you know may still be open to you: kube-audit-exec POD'
    : 'Esc goes back to the pods.'

function emptyWords(state: State): Words {
  const namespace = state.place.namespace
  const where = namespace === '' ? 'in any namespace' : `in namespace ${escapeText(namespaceWords(namespace))}`
  const from = state.readFrom === '' ? [] : [`Read from ${escapeText(state.readFrom)}.`]
  switch (state.screen) {
    case 'pods':
      return { title: `There are no pods ${where}.`, lines: ['n chooses another namespace, 0 shows all of them.'] }
    case 'recent':
      return {
        title: `No session was recorded ${where}.`,
        lines: [...from, 'p goes to the pods: Enter on one records the first.'],
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
            lines: state.searchOutput ? from : [...from, 'Ctrl-O looks through the output as well.'],
          }
  }
}
