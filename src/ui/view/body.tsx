/** What is between header and footer: the list of the screen, or why there is none. */
import { Box } from 'ink'
import { layoutOf } from '../state/layout.ts'
import { selectedRow } from '../state/list.ts'
import type { Picker, State } from '../state/model.ts'
import type { Room } from './centred.ts'
import { keyRows } from './help.ts'
import { HitsTable } from './hits-table.tsx'
import { Lines, type Pieces } from './lines.tsx'
import { PickerBox } from './picker-box.tsx'
import { placardOf, placardRows, problemWords } from './placards.ts'
import { PodsTable } from './pods-table.tsx'
import { SessionPreview } from './preview.tsx'
import { SessionsTable } from './sessions-table.tsx'
import type { Theme } from './theme.ts'
import { recordWord } from './words.ts'

interface Props {
  readonly state: State
  readonly theme: Theme
}

export function Body({ state, theme }: Props) {
  const { body: height } = layoutOf(state)
  const words = wordsOf(state, { height, width: state.size.columns }, theme)
  return (
    <Box flexDirection="column" height={height} overflow="hidden">
      {words === undefined ? <Filled state={state} theme={theme} /> : <Lines lines={words} theme={theme} />}
      {isPicking(state) && <PickerBox state={state} picker={state.picker} theme={theme} />}
    </Box>
  )
}

const isPicking = (state: State): state is State & { readonly picker: Picker } =>
  state.picker !== undefined && state.notice?.lines === undefined && state.help === undefined

/** What is there in place of a list. */
function wordsOf(state: State, room: Room, theme: Theme): readonly Pieces[] | undefined {
  if (state.notice?.lines !== undefined) return placardRows(problemWords(state.notice.lines), room, theme)
  if (state.help !== undefined) return keyRows(state, state.help, theme)
  const nothing = placardOf(state)
  return nothing === undefined ? undefined : placardRows(nothing, room, theme)
}

function Filled({ state, theme }: Props) {
  const { body, preview } = layoutOf(state)
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
  // What has the keys has the bar.
  const shape = { height, width, theme, now, bar: !isPicking(state) }
  switch (state.screen) {
    case 'pods': {
      const namespaced = state.place.namespace === ''
      return <PodsTable {...shape} list={state.pods} record={recordWord(state.recording)} namespaced={namespaced} />
    }
    case 'recent':
      return <SessionsTable {...shape} list={state.recent} namespace={state.place.namespace} />
    case 'live':
      return <SessionsTable {...shape} list={state.live} namespace={state.place.namespace} />
    case 'search':
      return <HitsTable {...shape} list={state.hits} namespace={state.place.namespace} text={state.searchText} />
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
