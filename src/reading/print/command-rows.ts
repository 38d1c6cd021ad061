/** The command list as rows for people: where each line comes from stands beside it. */
import type { RecordedCommand } from '../../protocol/recorded-command.ts'
import { escapeText } from '../../recording/escape.ts'
import { plainText } from '../../recording/formats/plain.ts'
import { momentLink } from '../moment.ts'
import type { Style } from './paint.ts'
import type { Cell, Column } from './table.ts'
import { durationWords } from './times.ts'

export const COMMAND_COLUMNS: readonly Column[] = [
  { heading: 'AT' },
  { heading: 'FROM' },
  { heading: 'EXIT', right: true },
  { heading: 'COMMAND', least: 10 },
]

export function commandCells(command: RecordedCommand): Cell[] {
  const at: Cell = { text: momentLink('', command.elapsed), style: 'cyan' }
  return [at, ...cellsOf(command)]
}

function cellsOf(command: RecordedCommand): Cell[] {
  switch (command.type) {
    case 'hidden':
      return [mark('hidden', 'yellow'), { text: '' }, { text: '(typed without echo)', style: 'dim' }]
    case 'program':
      return [mark('screen', 'dim'), { text: '' }, { text: programWords(command), style: 'dim' }]
    case 'command': {
      const { source, exitCode, line, doubts } = command
      const doubt = doubts.length === 0 ? '' : `  (doubtful: ${doubts.map(escapeText).join('; ')})`
      const exit: Cell =
        exitCode === undefined
          ? { text: '' }
          : { text: String(Number(exitCode)), style: exitCode === 0 ? 'dim' : 'yellow' }
      return [
        mark(escapeText(source), source === 'seen' ? 'green' : undefined),
        exit,
        { text: lineWords(line) + doubt },
      ]
    }
  }
}

const mark = (text: string, style: Style | undefined): Cell => ({ text, style })

function programWords({ name, durationMs }: { readonly name: string; readonly durationMs?: number }): string {
  const what = name === '' ? 'a program' : escapeText(name)
  const long = durationMs === undefined ? 'to the end of the record' : `for ${durationWords(durationMs)}`
  return `${what} had the whole screen ${long}`
}

/** Safe on a terminal and otherwise as it was: a reader who wants every character asks for JSON. */
const lineWords = (line: string): string => line.split('\n').map(plainText).join(' ⏎ ')
