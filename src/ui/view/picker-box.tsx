/** Choices in a box over the list. Its size and its place stay as one types. */
import { Box } from 'ink'
import { escapeText } from '../../recording/escape.ts'
import { layoutOf, pickerHeight } from '../state/layout.ts'
import { onScreen } from '../state/list.ts'
import type { Choice, Picker, State } from '../state/model.ts'
import { clipped, clippedInside, padded, widthOf, wrapped } from '../text.ts'
import { Line } from './line.tsx'
import { Lines, type Pieces } from './lines.tsx'
import type { Theme } from './theme.ts'

interface Props {
  readonly state: State
  readonly picker: Picker
  readonly theme: Theme
}

export function PickerBox({ state, picker, theme }: Props) {
  const { columns } = state.size
  const width = Math.max(16, Math.min(64, columns - 4))
  const inner = width - 2
  const note = noteOf(state, picker, { theme, width: inner - 2 })
  const height = pickerHeight(state)
  const rows = Math.min(height, Math.max(1, picker.choices.rows.length))
  const top = Math.max(0, Math.floor((layoutOf(state).body - rows - note.length - 3) / 2))
  const choices = onScreen(picker.choices, height)
  const blank = Array.from({ length: Math.max(0, rows - Math.max(1, choices.length)) }, (): Pieces => [])
  const inside = (pieces: Pieces): Pieces => filled([{ text: ' ' }, ...pieces], inner)
  return (
    <Box
      position="absolute"
      top={top}
      left={Math.max(0, Math.floor((columns - width) / 2))}
      flexDirection="column"
      width={width}
      borderStyle={theme.glyphs.border}
      {...(theme.accent === undefined ? {} : { borderColor: theme.accent })}
    >
      <Line theme={theme} pieces={inside(titleOf(picker, { theme, width: inner - 2, height }))} />
      {choices.map((choice) => (
        <ChoiceLine
          key={choice.key}
          choice={choice}
          theme={theme}
          inner={inner}
          selected={choice.key === picker.choices.key}
        />
      ))}
      {choices.length === 0 && (
        <Line theme={theme} pieces={inside([{ text: nothingWords(state, picker), color: theme.faint }])} />
      )}
      <Lines theme={theme} lines={[...blank, ...note].map(inside)} />
    </Box>
  )
}

/** What is below must not shine through. */
function filled(pieces: Pieces, width: number): Pieces {
  const used = pieces.reduce((sum, { text }) => sum + widthOf(text), 0)
  return [...pieces, { text: ' '.repeat(Math.max(0, width - used)) }]
}

const TITLES = { context: 'Context', namespace: 'Namespace', container: 'Container' } as const

/** What is typed has room for a few letters at least. */
const LEAST_TYPED = 10

interface Look {
  readonly theme: Theme
  readonly width: number
}

/** What is chosen, for what, what is typed, and how many of how many there are where not all are in sight. */
function titleOf({ kind, choices, pod }: Picker, { theme, width, height }: Look & { readonly height: number }): Pieces {
  const { cursor, ellipsis } = theme.glyphs
  const title = pod === undefined ? TITLES[kind] : `${TITLES[kind]} in ${escapeText(pod.name)}`
  const all = choices.rows.length
  const count = choices.filter === '' && all <= height ? '' : ` ${choices.visible.length} of ${all}`
  const left = clippedInside(title, Math.max(9, width - widthOf(count) - LEAST_TYPED), ellipsis)
  const typed = clipped(escapeText(choices.filter), Math.max(1, width - widthOf(left) - widthOf(count) - 3), ellipsis)
  const gap = Math.max(0, width - widthOf(left) - 2 - widthOf(typed) - 1 - widthOf(count))
  return [
    { text: `${left}: `, bold: true },
    { text: `${typed}${cursor}` },
    { text: ' '.repeat(gap) },
    { text: count, color: theme.faint },
  ]
}

const LEAST_NOTE = 4

interface ChoiceProps {
  readonly choice: Choice
  readonly theme: Theme
  readonly inner: number
  readonly selected: boolean
}

function ChoiceLine({ choice, theme, inner, selected }: ChoiceProps) {
  const { mark, ellipsis } = theme.glyphs
  const room = inner - 4
  // Names are told apart by every letter; a note has what is left.
  const label = clippedInside(choice.label, room, ellipsis)
  const left = room - widthOf(label) - 2
  const note = left < LEAST_NOTE ? '' : clipped(choice.note, left, ellipsis)
  const start = padded(` ${selected ? mark : ' '} ${label}`, inner - 1 - widthOf(note))
  return (
    <Line
      theme={theme}
      selected={selected && inner}
      pieces={[{ text: start }, { text: note, color: theme.faint }, { text: ' ' }]}
    />
  )
}

function nothingWords({ namespacesFeed }: State, { kind, choices }: Picker): string {
  if (kind === 'namespace' && choices.filter !== '' && namespacesFeed.type !== 'loading') {
    return `Enter opens “${escapeText(choices.filter)}”, whether or not it is there`
  }
  return kind === 'context' && choices.rows.length === 0 ? 'no kubeconfig has a context' : 'nothing by this name'
}

/** Why there may be more than these. */
function noteOf({ namespacesFeed: feed }: State, { kind }: Picker, { theme, width }: Look): readonly Pieces[] {
  if (kind !== 'namespace') return []
  const said = (words: string, color: string | undefined): readonly Pieces[] =>
    wrapped(words, width)
      .slice(0, 2)
      .map((text) => [{ text, color }])
  switch (feed.type) {
    case 'live':
      return []
    case 'loading':
      return said(`reading${theme.glyphs.ellipsis}`, theme.faint)
    case 'refused':
      return said('You may not list namespaces: type a name.', theme.pending)
    case 'lost':
    case 'failed':
      return said(feed.trouble.what, theme.bad)
  }
}
