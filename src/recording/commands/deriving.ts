import type { ReadRecord, WithheldRecord } from '../../protocol/read-record.ts'
import type { SessionRecord } from '../../protocol/record.ts'
import type { ExecTarget, SessionOpening } from '../../protocol/session.ts'
import { parseEnd, parseOpening } from '../payload.ts'
import { openScreen } from '../screen.ts'
import type { CommandList, SetResult } from './command-list.ts'
import { DOUBTS } from './doubts.ts'
import { PipedSession } from './piped-session.ts'
import { SeenSession } from './seen-session.ts'
import { isReadingShell, shellLine } from './shell-words.ts'
import { TypedSession } from './typed-session.ts'

/** A derivation under way. */
export interface Deriving {
  take(record: SessionRecord): void
  withheld(record: WithheldRecord): void
  finish(): void
}

const NOTHING: Deriving = { take: () => {}, withheld: () => {}, finish: () => {} }
const SIZE = { columns: 80, rows: 24 }
const SCROLLBACK = 512

const own = (command: readonly string[], list: CommandList): SetResult =>
  list.command({ source: 'exec', line: shellLine(command), elapsed: 0, seq: 0, doubts: [] })

/** On a terminal a shell is what the commands are typed into, and none itself. */
function ownUnlessShell(command: readonly string[], list: CommandList): void {
  if (command.length > 0 && !isReadingShell(command)) own(command, list)
}

/** How a session is derived, by its first record. */
export async function derivingOf(first: ReadRecord, list: CommandList): Promise<Deriving> {
  if (first.kind === 'journal') return NOTHING
  const opening = first.kind === 'open' ? parseOpening(first.payload) : undefined
  if (opening !== undefined && !opening.target.tty) return ofPipes(opening, list)
  if (opening?.policy.record === 'Input') return ofKeys(opening, list)
  return await ofTerminal(opening, list)
}

/** With a terminal and its output. A record that does not say how it was opened is taken for one. */
async function ofTerminal(opening: SessionOpening | undefined, list: CommandList): Promise<Deriving> {
  const command = opening?.target.command ?? []
  ownUnlessShell(command, list)
  const session = new SeenSession(await openScreen(SIZE, { scrollback: SCROLLBACK }), list, shellLine(command))
  return {
    take(record) {
      if (record.kind === 'input') session.input(record.payload, record)
      else if (record.kind === 'output' || record.kind === 'errorOutput') session.output(record.payload, record)
      else if (record.kind === 'resize') session.resize(record.payload)
    },
    withheld(record) {
      if (record.of === 'input') session.inputWithheld(record)
      else if (record.of === 'output') session.outputWithheld()
    },
    finish() {
      session.finish()
      if (opening === undefined) list.doubtLast([DOUBTS.noOpening])
    },
  }
}

function ofKeys({ target }: SessionOpening, list: CommandList): Deriving {
  ownUnlessShell(target.command, list)
  const session = new TypedSession(list)
  return {
    take(record) {
      if (record.kind === 'input') session.input(record.payload, record)
    },
    withheld(record) {
      if (record.of === 'input') session.inputWithheld(record)
    },
    finish() {},
  }
}

/** Whether all records matter to a session's commands; otherwise its first and its last say them. */
export const readsItsInput = ({ tty, stdin, command }: Pick<ExecTarget, 'tty' | 'stdin' | 'command'>): boolean =>
  tty || (stdin && isReadingShell(command))

/** Without a terminal the session's own command is what was run; of a shell, its input is as well. */
function ofPipes(opening: SessionOpening, list: CommandList): Deriving {
  const setResult = own(opening.target.command, list)
  const session = readsItsInput(opening.target) ? new PipedSession(list) : undefined
  return {
    take(record) {
      if (record.kind === 'input') session?.input(record.payload, record)
      if (record.kind !== 'end') return
      const end = parseEnd(record.payload)
      if (end !== undefined) setResult({ exitCode: end.exitCode, durationMs: end.durationMs })
    },
    withheld() {},
    finish: () => session?.finish(),
  }
}
