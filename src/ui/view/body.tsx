/** What is between header and footer: the list of the screen, or why there is none. */
import { Box } from 'ink'
import { layoutOf } from '../state/layout.ts'
import { selectedRow } from '../state/list.ts'
import type { State } from '../state/model.ts'
import { Help } from './help.tsx'
import { HitsTable } from './hits-table.tsx'
import { PickerBox } from './picker-box.tsx'
import { Placard } from './placard.tsx'
import { placardOf } from './placards.ts'
import { PodsTable } from './pods-table.tsx'
import { SessionPreview } from './preview.tsx'
import { Problem } from './problem.tsx'
import { SessionsTable } from './sessions-table.tsx'
import type { Theme } from './theme.ts'
import { recordWord } from './words.ts'

interface Props {
  readonly state: State
  readonly theme: Theme
}

export function Body({ state, theme }: Props) {
  const { body, preview } = layoutOf(state)
  const { columns } = state.size
  const problem = state.notice?.lines
  if (problem !== undefined) return <Problem lines={problem} height={body} width={columns} theme={theme} />
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
