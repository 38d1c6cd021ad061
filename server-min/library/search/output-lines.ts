/**
 * What a container wrote, as lines of text to search in: without escape sequences, broken at line feeds and carriage
 * returns. Linear in its bytes and bounded in memory, whatever they are. A line longer than the limit comes in pieces that
 * overlap, so that a text across a cut is found all the same as long as it is no longer than the overlap.
 */
import { StringDecoder } from 'node:string_decoder'

export interface OutputLine {
  readonly text: string
  /** µs since the session was opened: of the record in which it ended. */
  readonly elapsed: number
}

export const LONGEST_LINE = 64 * 1024
export const LINE_OVERLAP = 4 * 1024
/** An escape sequence that is longer is taken for text rather than waited for. */
const LONGEST_SEQUENCE = 4 * 1024

// ECMA-48. Each part excludes what begins another sequence, so that none is read twice.
const ESC = '\x1b'
const PARAMETERS = '[0-?]*[ -/]*'
const CSI = `(?:${ESC}\\[|\x9b)${PARAMETERS}`
/** Device control, operating system command and their like: text up to BEL or ST. */
const STRING = `(?:${ESC}[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07${ESC}\x90\x98\x9b-\x9f]*`
const CONTROLS = '[\0-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]'
const SEQUENCES = new RegExp(`${CSI}[@-~]|${STRING}(?:\x07|${ESC}\\\\|\x9c)|${ESC}[ -/]*[0-Z\\\\^-~]|${CONTROLS}`, 'g')
/** One that has begun and may go on. */
const BEGUN = new RegExp(`(?:${CSI}|${STRING}${ESC}?|${ESC}[ -/]*)$`)
const INTRODUCER = new RegExp(`[${ESC}\x90\x98\x9b\x9d-\x9f][^${ESC}\x90\x98\x9b\x9d-\x9f]*${ESC}?$`)
const CONTROL = new RegExp(`${CONTROLS}|${ESC}`)

export class OutputLines {
  readonly #decoder = new StringDecoder('utf8')
  /** A sequence that has begun. */
  #held = ''
  #line = ''

  push(payload: Uint8Array, elapsed: number): OutputLine[] {
    return this.#take(this.#decoder.write(Buffer.from(payload.buffer, payload.byteOffset, payload.length)), elapsed)
  }

  /** What stands behind the last line break. */
  finish(elapsed: number): OutputLine[] {
    const rest = this.#line + strip(this.#held + this.#decoder.end())
    this.#line = ''
    this.#held = ''
    return rest === '' ? [] : [{ text: rest, elapsed }]
  }

  #take(text: string, elapsed: number): OutputLine[] {
    const lines = this.#strip(text).split(/[\r\n]+/)
    lines[0] = this.#line + (lines[0] ?? '')
    this.#line = lines.pop() ?? ''
    const found = lines.flatMap((line) => (line === '' ? [] : pieces(line)))
    while (this.#line.length > LONGEST_LINE) {
      found.push(this.#line.slice(0, LONGEST_LINE))
      this.#line = this.#line.slice(LONGEST_LINE - LINE_OVERLAP)
    }
    return found.map((line) => ({ text: line, elapsed }))
  }

  #strip(text: string): string {
    const whole = this.#held + text
    this.#held = ''
    if (!hasControl(whole)) return whole
    // Only the end of it can be a sequence that goes on: look there alone, so that this stays linear.
    const from = lastIntroducer(whole)
    const begun = from === -1 ? null : BEGUN.exec(whole.slice(from))
    if (begun === null || whole.length - from > LONGEST_SEQUENCE) return strip(whole)
    this.#held = whole.slice(from + begun.index)
    return strip(whole.slice(0, from + begun.index))
  }
}

const strip = (text: string): string => text.replace(SEQUENCES, '')

const hasControl = (text: string): boolean => CONTROL.test(text)

/** Of the last sequence that may still be open. The ESC of a string's end belongs to the introducer before it. */
function lastIntroducer(text: string): number {
  const found = INTRODUCER.exec(text.slice(-LONGEST_SEQUENCE))
  return found === null ? -1 : Math.max(0, text.length - LONGEST_SEQUENCE) + found.index
}

function pieces(line: string): string[] {
  if (line.length <= LONGEST_LINE) return [line]
  const all: string[] = []
  for (let at = 0; at === 0 || at + LINE_OVERLAP < line.length; at += LONGEST_LINE - LINE_OVERLAP)
    all.push(line.slice(at, at + LONGEST_LINE))
  return all
}
