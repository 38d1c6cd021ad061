/** What is between header and footer: the list of the screen, or why there is none. */
import { Box } from 'ink'
import { escapeText } from '../../recording/escape.ts'
import { layoutOf } from '../state/layout.ts'
import { selectedRow } from '../state/list.ts'
import type { State } from '../state/model.ts'
import { Help } from './help.tsx'
import { HitsTable } from './hits-table.tsx'
import { PickerBox } from './picker-box.tsx'
import { Placard } from './placard.tsx'
import { PodsTable } from './pods-table.tsx'
import { SessionPreview } from './preview.tsx'
import { SessionsTable } from './sessions-table.tsx'
import type { Theme } from './theme.ts'
import { namespaceWords, recordWord, secondsUntil, shownOf } from './words.ts'

interface Props {
  readonly state: State
  readonly theme: Theme
}

export function Body({ state, theme }: Props) {
  const { body, preview } = layoutOf(state)
  const { columns } = state.size
  if (state.help) return <Help height={body} width={columns} theme={theme} />
  if (state.picker !== undefined) {
    return <PickerBox state={state} picker={state.picker} height={body} theme={theme} />
  }
  const nothing = placardOf(state)
  if (nothing !== undefined) return <Placard {...nothing} height={body} width={columns} theme={theme} />
  const session = previewedSession(state)
  return (
    <Box flexDirection={preview.at === 'beside' ? 'row' : 'column'} height={body} overflow="hidden">
      <Table state={state} theme={theme} />
      {preview.at !== 'nowhere' && session !== undefined && (
        <SessionPreview session={session} preview={state.preview} at={preview} theme={theme} />
      )}
    </Box>
  )
}

function Table({ state, theme }: Props) {
  const { list: height, preview } = layoutOf(state)
  const { size, now } = state
  const width = preview.at === 'beside' ? size.columns - preview.columns : size.columns
  const shape = { height, width, theme, now }
  switch (state.screen) {
    case 'pods': {
      const namespaced = state.place.namespace === ''
      return <PodsTable {...shape} list={state.pods} record={recordWord(state.recording)} namespaced={namespaced} />
    }
    case 'recent':
      return <SessionsTable {...shape} list={state.recent} />
    case 'live':
      return <SessionsTable {...shape} list={state.live} />
    case 'search':
      return <HitsTable {...shape} list={state.hits} />
  }
}

function previewedSession(state: State) {
  switch (state.screen) {
    case 'pods':
      return undefined
    case 'recent':
      return selectedRow(state.recent)?.session
    case 'live':
      return selectedRow(state.live)?.session
    case 'search':
      return selectedRow(state.hits)?.hit.session
  }
}

interface Words {
  readonly title: string
  readonly lines?: readonly string[]
  readonly tone?: 'bad' | 'pending'
}

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
            title: 'Type what to look for in the commands of all sessions.',
            lines: ['/between slashes/ is a regular expression.'],
          }
        : { title: `No command has “${escapeText(state.searchText.trim())}” in it.`, lines: from }
  }
}
