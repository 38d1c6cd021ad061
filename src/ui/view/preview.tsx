import { Box, Text } from 'ink'
import type { RecordedCommand } from '../../protocol/recorded-command.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import { escapeText } from '../../recording/escape.ts'
import type { Layout } from '../state/layout.ts'
import type { Preview } from '../state/model.ts'
import { commandOf, stateOf, targetOf, whoOf } from '../state/session-row.ts'
import { counted, padded } from '../text.ts'
import { coloured, Line } from './line.tsx'
import { Picture, withoutBlankEnd } from './picture.tsx'
import type { Theme } from './theme.ts'

interface Props {
  readonly session: SessionObject
  readonly preview: Preview | undefined
  readonly at: Layout['preview']
  readonly theme: Theme
}

/** What a session was about: who, where, how it is recorded, and its commands. */
export function SessionPreview({ session, preview, at, theme }: Props) {
  const beside = at.at === 'beside'
  const facts = beside ? factsOf(session) : briefFactsOf(session)
  const room = Math.max(0, at.rows - facts.length - (beside ? 1 : 2))
  const { commands, picture } = divided(preview, room)
  return (
    <Box
      flexDirection="column"
      width={at.columns}
      height={at.rows}
      borderStyle="single"
      borderTop={!beside}
      borderLeft={beside}
      borderRight={false}
      borderBottom={false}
      {...(theme.faint === undefined ? {} : { borderColor: theme.faint })}
      paddingX={1}
    >
      {facts.map(([name, value]) => (
        <Line key={name} theme={theme} pieces={[{ text: padded(name, 9), color: theme.faint }, { text: value }]} />
      ))}
      <Text> </Text>
      {commands > 0 && <Commands preview={preview} room={commands} theme={theme} />}
      {picture.length > 0 && (
        <Heading
          words={session.status.phase === 'Live' ? 'its screen' : 'its last screen'}
          columns={at.columns - (beside ? 3 : 2)}
          theme={theme}
        />
      )}
      {picture.length > 0 && <Picture rows={picture} columns={at.columns - (beside ? 3 : 2)} theme={theme} />}
    </Box>
  )
}

/** What a picture needs above it. */
const HEADING = 2
/** Fewer rows of it tell nothing. */
const LEAST_PICTURE = 3

/** The commands first, since they say most; but where there are many, half of the room is the picture's. */
function divided(preview: Preview | undefined, room: number) {
  const rows = withoutBlankEnd(preview?.picture ?? [])
  const lines = preview?.commands === undefined ? 1 : listed(preview.commands).length
  const least = Math.min(rows.length, Math.floor(room / 2) - HEADING)
  const height = Math.min(rows.length, Math.max(least, room - lines - HEADING))
  if (height <= 0 || height < Math.min(LEAST_PICTURE, rows.length)) return { commands: room, picture: [] }
  return { commands: Math.min(room - height - HEADING, lines), picture: rows.slice(-height) }
}

const Heading = ({
  words,
  columns,
  theme,
}: {
  readonly words: string
  readonly columns: number
  readonly theme: Theme
}) => (
  <Box flexDirection="column" flexShrink={0} height={HEADING}>
    <Text> </Text>
    <Text wrap="truncate-end" {...coloured(theme.faint)}>
      {`${words} ${theme.glyphs.rule.repeat(Math.max(0, columns - words.length - 1))}`}
    </Text>
  </Box>
)

/** Its own command is in the list of sessions already. */
const listed = (commands: readonly RecordedCommand[]): readonly RecordedCommand[] =>
  commands.filter((each) => each.type !== 'command' || each.source !== 'exec')

function factsOf(session: SessionObject): readonly (readonly [string, string])[] {
  const { metadata, spec, status } = session
  const { capture, record } = spec.policy
  return [
    ['session', metadata.name],
    ['who', whoOf(session)],
    ['where', targetOf(session)],
    ['ran', commandOf(session)],
    ['when', `${status.startTime.slice(0, 19)}Z ${stateOf(session)}`],
    ['record', escapeText(`capture: ${capture}, ${record}; ${counted(status.records, 'record')}`)],
    ...(spec.reason === undefined ? [] : [['reason', escapeText(spec.reason)] as const]),
  ]
}

/** Below its list, which says the rest. */
function briefFactsOf(session: SessionObject): readonly (readonly [string, string])[] {
  const wanted = new Set(['session', 'record', 'reason'])
  return factsOf(session).filter(([name]) => wanted.has(name))
}

interface CommandsProps {
  readonly preview: Preview | undefined
  readonly room: number
  readonly theme: Theme
}

function Commands({ preview, room, theme }: CommandsProps) {
  if (preview?.trouble !== undefined) return <Text {...coloured(theme.bad)}>{preview.trouble.what}</Text>
  if (preview?.commands === undefined) return <Text {...coloured(theme.faint)}>reading{theme.glyphs.ellipsis}</Text>
  const commands = listed(preview.commands)
  if (commands.length === 0) return <Text {...coloured(theme.faint)}>no commands in its record</Text>
  const more = commands.length - room
  const shown = more > 0 ? commands.slice(0, Math.max(0, room - 1)) : commands
  return (
    <>
      {shown.map((command) => (
        <CommandLine key={`${command.seq} ${command.elapsed}`} command={command} theme={theme} />
      ))}
      {more > 0 && <Text {...coloured(theme.faint)}>{`and ${commands.length - shown.length} more`}</Text>}
    </>
  )
}

function CommandLine({ command, theme }: { readonly command: RecordedCommand; readonly theme: Theme }) {
  const at = { text: `${clock(command.elapsed)}  `, color: theme.faint }
  return <Line theme={theme} pieces={[at, ...wordsOf(command, theme)]} />
}

function wordsOf(command: RecordedCommand, theme: Theme) {
  switch (command.type) {
    case 'command': {
      const status =
        command.exitCode === undefined || command.exitCode === 0
          ? []
          : [{ text: `  exit ${command.exitCode}`, color: theme.pending }]
      const doubt = command.doubts.length === 0 ? [] : [{ text: ' ?', color: theme.pending }]
      return [{ text: escapeText(command.line) }, ...doubt, ...status]
    }
    case 'hidden':
      return [{ text: 'typed without echo: hidden', color: theme.faint }]
    case 'program':
      return [{ text: `${escapeText(command.name) || 'a program'} used the whole screen`, color: theme.faint }]
  }
}

/** `1:02:03` of µs. */
export function clock(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000)
  const two = (value: number): string => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`
}
