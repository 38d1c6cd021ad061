/** Records as lines of text for people, and as JSON lines for programs. Pure, and safe on any terminal: see escape.ts. */
import type { RecordKind, SessionRecord } from '../protocol/record.ts'
import { decodeTerminalSize } from '../protocol/terminal-size.ts'
import { asciiJson, escapeBytes } from './escape.ts'
import { parseEnd, parseJson, parseOpening } from './payload.ts'
import { endWords, openingWords } from './wording.ts'

const KIND_WORDS: Readonly<Record<RecordKind, string>> = {
  open: 'open',
  input: 'input',
  resize: 'resize',
  inputEnd: 'end of input',
  output: 'output',
  errorOutput: 'error output',
  end: 'end',
  journal: 'journal',
}

const WIDEST_KIND = 'error output'.length

/** `2026-01-02T03:04:05.678901Z  input         "ls\r"` */
export const recordLine = (record: SessionRecord): string =>
  `${isoTime(record.time)}  ${KIND_WORDS[record.kind].padEnd(WIDEST_KIND)}  ${contentOf(record)}`.trimEnd()

/** One line of ASCII. Bytes stand in base64, so that any program gets exactly what was recorded. */
export function recordJson({ session, seq, kind, time, elapsed, payload }: SessionRecord): string {
  const isJson = kind === 'open' || kind === 'end' || kind === 'journal'
  const content = isJson ? { content: parseJson(payload) } : { base64: Buffer.from(payload).toString('base64') }
  return asciiJson({ session, seq, time: isoTime(time), elapsedMicros: elapsed, kind, ...content })
}

/** µs since the Unix epoch with all its digits: a Date keeps only milliseconds. */
export function isoTime(micros: number): string {
  const whole = new Date(Math.floor(micros / 1000)).toISOString()
  return whole.replace('Z', `${String(micros % 1000).padStart(3, '0')}Z`)
}

function contentOf({ kind, payload }: SessionRecord): string {
  switch (kind) {
    case 'open':
      return worded(parseOpening(payload), payload, openingWords)
    case 'end':
      return worded(parseEnd(payload), payload, endWords)
    case 'resize':
      return worded(
        decodeTerminalSize(Buffer.from(payload)),
        payload,
        (size) => `${size.columns} columns, ${size.rows} rows`,
      )
    case 'inputEnd':
      return ''
    default:
      return `"${escapeBytes(payload)}"`
  }
}

/** The words for a payload, or the payload itself where it is not what its kind promises. */
const worded = <T>(content: T | undefined, payload: Uint8Array, words: (content: T) => string): string =>
  content === undefined ? `not readable: "${escapeBytes(payload)}"` : words(content)
