import { Box, Text } from 'ink'
import { pickerHeight } from '../state/layout.ts'
import { onScreen } from '../state/list.ts'
import type { Picker, State } from '../state/model.ts'
import { coloured, Line } from './line.tsx'
import { clipped, padded, widthOf } from './text.ts'
import type { Theme } from './theme.ts'

const TITLES = { context: 'Context', namespace: 'Namespace', container: 'Container' } as const

interface Props {
  readonly state: State
  readonly picker: Picker
  readonly height: number
  readonly theme: Theme
}

/** A box in the middle of the screen. What is typed stands on its first line. */
export function PickerBox({ state, picker, height, theme }: Props) {
  const { columns } = state.size
  const { choices, kind } = picker
  const width = Math.max(20, Math.min(64, columns - 4))
  const inner = width - 4
  const { mark, cursor, border, ellipsis } = theme.glyphs
  return (
    <Box height={height} width={columns} justifyContent="center" alignItems="center" overflow="hidden">
      <Box
        flexDirection="column"
        width={width}
        borderStyle={border}
        {...(theme.accent === undefined ? {} : { borderColor: theme.accent })}
        paddingX={1}
      >
        <Line
          theme={theme}
          pieces={[{ text: `${TITLES[kind]} `, bold: true }, { text: `${choices.filter}${cursor}` }]}
        />
        {onScreen(choices, pickerHeight(state)).map((choice) => {
          const note = clipped(choice.note, Math.max(0, inner - 12), ellipsis)
          const label = clipped(choice.label, inner - 2 - (note === '' ? 0 : widthOf(note) + 2), ellipsis)
          const selected = choice.key === choices.key
          const left = padded(`${selected ? mark : ' '} ${label}`, inner - widthOf(note))
          return (
            <Line
              key={choice.key}
              theme={theme}
              selected={selected && inner}
              pieces={[{ text: left }, { text: note, color: theme.faint }]}
            />
          )
        })}
        {choices.visible.length === 0 && <Text {...coloured(theme.faint)}>{nothingWords(state, picker)}</Text>}
        <PickerNote state={state} picker={picker} theme={theme} />
      </Box>
    </Box>
  )
}

function nothingWords({ namespacesFeed }: State, { kind, choices }: Picker): string {
  if (kind === 'namespace' && choices.filter !== '' && namespacesFeed.type !== 'loading') {
    return `Enter opens “${choices.filter}”, whether or not it is there`
  }
  return kind === 'context' && choices.rows.length === 0 ? 'no kubeconfig has a context' : 'nothing by this name'
}

/** Why there may be more than these. */
function PickerNote({
  state,
  picker,
  theme,
}: {
  readonly state: State
  readonly picker: Picker
  readonly theme: Theme
}) {
  if (picker.kind !== 'namespace') return null
  const { namespacesFeed } = state
  if (namespacesFeed.type === 'loading') return <Text {...coloured(theme.faint)}>reading{theme.glyphs.ellipsis}</Text>
  if (namespacesFeed.type === 'refused')
    return <Text {...coloured(theme.pending)}>You may not list namespaces: type a name.</Text>
  if (namespacesFeed.type === 'failed') return <Text {...coloured(theme.bad)}>{namespacesFeed.trouble.what}</Text>
  return null
}
