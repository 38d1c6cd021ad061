/** What a container showed, line by line as each was done: an emulator resolves what was edited, redrawn or coloured. */
import type { ReadRecord } from '../../protocol/read-record.ts'
import { decodeTerminalSize } from '../../protocol/terminal-size.ts'
import { escapeBytes } from '../../recording/escape.ts'
import { plainText } from '../../recording/formats/plain.ts'
import { openScreen, type Screen, type ScreenMark } from '../../recording/screen.ts'
import { textWidth } from './text-width.ts'
import { durationWords } from './times.ts'

export interface LogLine {
  /** Safe on any terminal; without its line break. */
  readonly text: string
  readonly source: 'output' | 'input' | 'note'
  /** Of the record that completed it: µs since the session was opened, and since the Unix epoch. */
  readonly elapsed: number
  readonly time: number
}

/** Rows that can scroll off by one piece. Each byte is one row at most. */
const PIECE_BYTES = 1024
/** A line that goes on for so many rows is given in parts: nobody edits it any more, and it must not grow for ever. */
const LONGEST_EDITED_ROWS = 64

const FIRST_SIZE = { columns: 80, rows: 24 }

export interface LogLinesOptions {
  readonly terminal: boolean
  /** What was typed as well. */
  readonly input: boolean
  /** Of the input records by their number: those whose text is not shown. */
  readonly isHidden?: (seq: number) => boolean
}

export async function openLogLines(options: LogLinesOptions): Promise<LogLines> {
  return new LogLines(await openScreen(FIRST_SIZE, { scrollback: PIECE_BYTES + LONGEST_EDITED_ROWS }), options)
}

export class LogLines {
  readonly #screen: Screen
  readonly #options: LogLinesOptions
  #lines: LogLine[] = []
  /** At the cursor, as many rows below the first one that was not given yet. */
  #mark: ScreenMark | undefined
  #before = 0
  #fullScreenSince: number | undefined
  #last: Pick<LogLine, 'elapsed' | 'time'> = { elapsed: 0, time: 0 }

  constructor(screen: Screen, options: LogLinesOptions) {
    this.#screen = screen
    this.#options = options
    this.#mark = screen.mark()
  }

  /** The lines that this record completed. */
  take(record: ReadRecord): readonly LogLine[] {
    this.#last = { elapsed: record.elapsed, time: record.time }
    if (record.kind === 'output' || record.kind === 'errorOutput') this.#show(record.payload)
    else if (record.kind === 'resize') this.#resize(record.payload)
    else if (record.kind === 'input' && this.#options.input) this.#typed(record)
    else if (record.kind === 'inputEnd' && this.#options.input) this.#give('input', 'end of input')
    else if (record.kind === 'withheld' && (record.of !== 'input' || this.#options.input))
      this.#give('note', `${record.payloadBytes} bytes of ${record.of} that you may not see`)
    return this.#taken()
  }

  #typed({ seq, payload }: Pick<ReadRecord & { readonly kind: 'input' }, 'seq' | 'payload'>): void {
    if (this.#options.isHidden?.(seq)) this.#give('note', 'typed, perhaps without echo')
    else this.#give('input', `"${escapeBytes(payload)}"`)
  }

  /** The line that was never ended. */
  finish(): readonly LogLine[] {
    if (this.#fullScreenSince !== undefined) this.#leaveFullScreen()
    const { row } = this.#screen.cursor
    const rest = this.#text(this.#firstUntaken(row), row)
    if (rest !== '') this.#give('output', rest)
    this.#screen.dispose()
    return this.#taken()
  }

  #taken(): readonly LogLine[] {
    const lines = this.#lines
    this.#lines = []
    return lines
  }

  #give(source: LogLine['source'], text: string): void {
    this.#lines.push({ source, text, ...this.#last })
  }

  #show(payload: Uint8Array): void {
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
    for (let start = 0; start < bytes.length; ) {
      const piece = firstPiece(bytes.subarray(start, start + PIECE_BYTES))
      this.#screen.write(this.#options.terminal ? piece : withReturns(piece))
      this.#settle()
      start += piece.length
    }
  }

  /** Rows wrap anew: what is still to be given begins where its line does. */
  #resize(payload: Uint8Array): void {
    const size = decodeTerminalSize(Buffer.from(payload))
    if (size === undefined) return
    this.#screen.resize(size)
    const row = this.#mark?.row
    if (row !== undefined && !this.#screen.isAlternate)
      this.#before = row - this.#lineStart(row, row - LONGEST_EDITED_ROWS)
  }

  #settle(): void {
    if (this.#screen.isAlternate) {
      this.#fullScreenSince ??= this.#last.elapsed
      return
    }
    if (this.#fullScreenSince !== undefined) this.#leaveFullScreen()
    const { row } = this.#screen.cursor
    const from = this.#firstUntaken(row)
    const start = this.#lineStart(row, from)
    const end = row - start > LONGEST_EDITED_ROWS ? row : start
    if (from === end && this.#mark?.row === row) return
    for (let first = from; first < end; ) {
      const last = this.#lineEnd(first, end)
      this.#give('output', this.#text(first, last))
      first = last + 1
    }
    this.#mark?.dispose()
    this.#mark = this.#screen.mark()
    this.#before = row - end
  }

  /** A program that moved up above it redraws what it gave before. */
  #firstUntaken(row: number): number {
    const marked = this.#mark?.row
    const untaken = marked === undefined ? row : marked - this.#before
    return untaken <= row ? untaken : this.#lineStart(row, row - LONGEST_EDITED_ROWS)
  }

  #lineStart(row: number, least: number): number {
    let start = row
    while (start > least && this.#screen.isWrapped(start)) start -= 1
    return start
  }

  #lineEnd(first: number, end: number): number {
    let last = first
    while (last + 1 < end && this.#screen.isWrapped(last + 1)) last += 1
    return last
  }

  #text(first: number, last: number): string {
    const { columns } = this.#screen.size
    const rows = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => this.#screen.row(first + index))
    // Blanks at the end of a row count where the line goes on in the next.
    const parts = rows.map((row, index) =>
      index < rows.length - 1 ? row + ' '.repeat(Math.max(0, columns - textWidth(row))) : row,
    )
    const line = plainText(parts.join(''))
    // A shell that learns its size while it prompts pads its line. On a screen nobody sees that.
    return this.#options.terminal ? line.trimEnd() : line
  }

  #leaveFullScreen(): void {
    const long = durationWords((this.#last.elapsed - (this.#fullScreenSince ?? 0)) / 1000)
    this.#fullScreenSince = undefined
    this.#give('note', `a program had the whole screen for ${long}: see it with \`sessions replay\``)
  }
}

const ESCAPE = '\x1b'
/** What may move or erase: every sequence but those of colours, C1 controls (in UTF-8) among them. */
const ACTING = new RegExp(`${ESCAPE}(?!\\[[\\d;:]*m)|\\xc2[\\x80-\\x9f]`)

/**
 * Up to the first such sequence after a line, which it may erase though it was shown; and up to the first line after such a
 * sequence, which may have moved it to where other lines stood.
 */
function firstPiece(bytes: Buffer): Buffer {
  const lineEnd = bytes.indexOf('\n')
  if (lineEnd < 0) return bytes
  const text = bytes.toString('latin1')
  const acting = text.search(ACTING)
  if (acting < 0) return bytes
  if (acting < lineEnd) return bytes.subarray(0, lineEnd)
  return bytes.subarray(0, acting)
}

/** Without a terminal nobody put in the carriage returns that the screen needs. */
const withReturns = (bytes: Uint8Array): Uint8Array =>
  Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
