/** One picture of a session, for lists: the screen at a moment or at the end. */
import type { TerminalSize } from '../protocol/channel.ts'
import type { ReadRecord } from '../protocol/read-record.ts'
import type { SessionLibrary } from '../protocol/session-library.ts'
import type { SessionObject } from '../protocol/session-object.ts'
import { loadScreens, type StyledRun } from '../recording/screen.ts'
import { safeGlyph } from './frame.ts'
import { Projector } from './projector.ts'
import { Tape } from './tape.ts'
import { nextTurn } from './turn.ts'

export interface PreviewOptions {
  /** How much room there is: what does not fit is cut off, and the cursor's row stays in sight. */
  readonly size: TerminalSize
  /** µs since the session was opened; the end by default. */
  readonly at?: number
  readonly signal?: AbortSignal
}

/** Rows from the top, each with its runs of one style. Their text holds nothing that could drive a terminal. */
export type PreviewRow = readonly StyledRun[]

/** Records that show nearly all of the last screen. */
const LAST_RECORDS = 1500
/** The terminal's size is told before anything else. */
const FIRST_RECORDS = 8

export async function preview(
  library: SessionLibrary,
  session: SessionObject,
  { size, at, signal }: PreviewOptions,
): Promise<readonly PreviewRow[]> {
  const tape = new Tape(() => nothing())
  for await (const record of wanted(library, session, { at, signal })) tape.append(record)
  const projector = new Projector({ tape, open: await loadScreens(), addReturns: !session.spec.target.tty })
  while (!(await projector.advance(tape.length)) && signal?.aborted !== true) await nextTurn()
  const { screen } = projector
  const first = Math.max(0, Math.min(screen.cursor.row - size.rows + 1, screen.size.rows - size.rows))
  const count = Math.min(size.rows, screen.size.rows)
  const rows = Array.from({ length: count }, (_, index) => cut(screen.runs(first + index), size.columns))
  screen.dispose()
  return rows
}

/** A long session need not be read as a whole for its last screen. */
async function* wanted(
  library: SessionLibrary,
  { metadata, status }: SessionObject,
  { at, signal }: { readonly at: number | undefined; readonly signal: AbortSignal | undefined },
): AsyncGenerator<ReadRecord> {
  const abort = signal === undefined ? {} : { signal }
  const isLong = at === undefined && status.records > LAST_RECORDS + FIRST_RECORDS
  for await (const record of library.records(metadata.name, abort)) {
    if ((at !== undefined && record.elapsed > at) || (isLong && record.seq >= FIRST_RECORDS)) break
    yield record
  }
  if (isLong) yield* library.records(metadata.name, { ...abort, fromSeq: status.records - LAST_RECORDS })
}

async function* nothing(): AsyncGenerator<ReadRecord> {}

const MARK = /\p{M}/u

/** Marks stay on the letter before them. */
const safeText = (text: string): string =>
  [...text].map((char, index) => (index > 0 && MARK.test(char) ? char : safeGlyph(char))).join('')

/** Wide characters at the edge are left out whole. */
function cut(runs: readonly StyledRun[], columns: number): PreviewRow {
  return runs.flatMap((run) => {
    const room = columns - run.column
    if (room <= 0) return []
    const text = safeText(run.text)
    if (run.width <= room) return [{ ...run, text }]
    const isNarrow = run.width === [...run.text].length
    return isNarrow ? [{ ...run, text: [...text].slice(0, room).join(''), width: room }] : []
  })
}
