/** The whole screen of a state. It fetches nothing and decides nothing: keys go out, states come in. */
import { Box, Text } from 'ink'
import { layoutOf, SMALLEST } from '../state/layout.ts'
import type { State } from '../state/model.ts'
import { Body } from './body.tsx'
import { footerPieces } from './footer.ts'
import { headerPieces } from './header.ts'
import { coloured, Line } from './line.tsx'
import { Message } from './message.tsx'
import type { Theme } from './theme.ts'

interface Props {
  readonly state: State
  readonly theme: Theme
}

export function App({ state, theme }: Props) {
  const { columns, rows } = state.size
  if (columns < SMALLEST.columns || rows < SMALLEST.rows)
    return <Text>{`needs ${SMALLEST.columns} x ${SMALLEST.rows}`}</Text>
  const { rules, message } = layoutOf(state)
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Line pieces={headerPieces(state, theme)} theme={theme} />
      {rules && <Rule columns={columns} theme={theme} />}
      {state.screen === 'search' && <Prompt state={state} theme={theme} />}
      <Body state={state} theme={theme} />
      {message > 0 && <Message state={state} theme={theme} />}
      {rules && <Rule columns={columns} theme={theme} />}
      <Line pieces={footerPieces(state, theme)} theme={theme} />
    </Box>
  )
}

const Rule = ({ columns, theme }: { readonly columns: number; readonly theme: Theme }) => (
  <Text {...coloured(theme.faint)}>{theme.glyphs.rule.repeat(columns)}</Text>
)

const Prompt = ({ state, theme }: Props) => (
  <Line
    theme={theme}
    pieces={[
      { text: state.searchOutput ? ' commands and output with ' : ' commands with ', color: theme.faint },
      { text: `${state.searchText}${theme.glyphs.cursor}`, bold: true },
    ]}
  />
)
