import type { TerminalSize } from '../../protocol/channel.ts'
import type { ReadRecord, WithheldRecord } from '../../protocol/read-record.ts'
import type { SessionRecord } from '../../protocol/record.ts'
import type { RecordedCommand } from '../../protocol/recorded-command.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import { decodeTerminalSize } from '../../protocol/terminal-size.ts'
import { parseEnd } from '../payload.ts'
import { LOSS_WORDS, type Loss } from './format.ts'
import { plainText } from './plain.ts'
import { Utf8Stream } from './utf8-stream.ts'

/** An event of an asciicast: output, input, marker, resize, exit. Times are µs since the recording begins. */
export interface CastEvent {
  readonly time: number
  readonly code: 'o' | 'i' | 'm' | 'r' | 'x'
  readonly data: string
  /** Of the marker of a command. */
  readonly command?: RecordedCommand
}

export interface CastOptions {
  /** Each becomes a marker. */
  readonly commands?: readonly RecordedCommand[]
  /** With what was typed; without the input records (their seqs) that are named here. */
  readonly input?: { readonly leftOut: Pick<ReadonlySet<number>, 'has'> }
  /** µs since the session was opened. What was before happens at once: the screen then is what matters. */
  readonly from?: number
  /** Seconds; players make longer pauses this short. The times in the document stay true. */
  readonly idleLimit?: number
  /** Says each loss once, as a marker where it first happened. On unless it is said elsewhere. */
  readonly lossMarkers?: boolean
}

/** What both versions of asciicast have in common. */
export class CastEvents {
  readonly losses: Set<Loss> = new Set()
  readonly #options: CastOptions
  readonly #commands: readonly RecordedCommand[]
  readonly #texts = { output: new Utf8Stream(), errorOutput: new Utf8Stream(), input: new Utf8Stream() }
  readonly #isTerminal: boolean
  #size: TerminalSize | undefined
  #began = false
  #nextCommand = 0
  #time = 0
  #gap = false

  constructor(session: SessionObject, options: CastOptions) {
    this.#options = options
    this.#isTerminal = session.spec.target.tty
    const { from = 0, commands = [] } = options
    this.#commands = commands.filter(({ elapsed }) => elapsed >= from).toSorted((a, b) => a.seq - b.seq)
  }

  /** The terminal's size at the beginning: no event says it, since the header does. */
  get size(): TerminalSize | undefined {
    return this.#size
  }

  take(record: ReadRecord): CastEvent[] {
    // A recorder that came back may have a clock that is behind.
    this.#time = Math.max(this.#time, record.elapsed - (this.#options.from ?? 0))
    const commands = this.#commandsAt(record.seq)
    const own = record.kind === 'withheld' ? this.#withheld(record) : this.#event(record)
    return [...commands, ...own]
  }

  finish(): CastEvent[] {
    const { output, errorOutput, input } = this.#texts
    return [
      ...this.#text('o', this.#shown(output.end()), output),
      ...this.#text('o', this.#shown(errorOutput.end()), errorOutput),
      ...this.#text('i', input.end(), input),
    ]
  }

  #event(record: SessionRecord): CastEvent[] {
    const { kind, payload } = record
    switch (kind) {
      case 'output':
        return this.#outputOf(this.#texts.output, payload)
      case 'errorOutput':
        return [...this.#lose('streams'), ...this.#outputOf(this.#texts.errorOutput, payload)]
      case 'input':
        return this.#inputOf(record)
      case 'resize':
        return this.#resized(decodeTerminalSize(Buffer.from(payload)))
      case 'end':
        return this.#exit(parseEnd(payload)?.exitCode)
      default:
        return []
    }
  }

  #outputOf(stream: Utf8Stream, payload: Uint8Array): CastEvent[] {
    this.#gap = false
    return this.#text('o', this.#shown(stream.push(payload)), stream)
  }

  /** Without a terminal nobody put the carriage returns in that a terminal needs. */
  #shown(text: string): string {
    return this.#isTerminal ? text : text.replaceAll('\n', '\r\n')
  }

  #inputOf({ seq, payload }: SessionRecord): CastEvent[] {
    const { input } = this.#options
    if (input === undefined) return []
    if (input.leftOut.has(seq)) return this.#leave('input left out: the terminal did not echo it')
    this.#gap = false
    return this.#text('i', this.#texts.input.push(payload), this.#texts.input)
  }

  #withheld({ of }: WithheldRecord): CastEvent[] {
    if (of === 'input' && this.#options.input === undefined) return []
    this.losses.add('withheld')
    return this.#leave(`${of} withheld`)
  }

  /** One marker for a whole password. */
  #leave(words: string): CastEvent[] {
    if (this.#gap) return []
    this.#gap = true
    return [this.#mark(words)]
  }

  #text(code: 'o' | 'i', data: string, stream: Utf8Stream): CastEvent[] {
    this.#began ||= data !== ''
    const lost = stream.replaced ? this.#lose('not-utf8') : []
    return data === '' ? lost : [...lost, { time: this.#time, code, data }]
  }

  #resized(size: TerminalSize | undefined): CastEvent[] {
    if (size === undefined) return []
    if (this.#began) return [{ time: this.#time, code: 'r', data: `${size.columns}x${size.rows}` }]
    this.#size = size
    return []
  }

  #exit(exitCode: number | undefined): CastEvent[] {
    return exitCode === undefined ? [] : [{ time: this.#time, code: 'x', data: String(Number(exitCode)) }]
  }

  #lose(loss: Loss): CastEvent[] {
    if (this.losses.has(loss)) return []
    this.losses.add(loss)
    return this.#options.lossMarkers === false ? [] : [this.#mark(`from here on ${LOSS_WORDS[loss]}`)]
  }

  #commandsAt(seq: number): CastEvent[] {
    const first = this.#nextCommand
    while ((this.#commands[this.#nextCommand]?.seq ?? Number.POSITIVE_INFINITY) <= seq) this.#nextCommand += 1
    return this.#commands
      .slice(first, this.#nextCommand)
      .map((command) => ({ ...this.#mark(commandLabel(command)), command }))
  }

  #mark(data: string): CastEvent {
    return { time: this.#time, code: 'm', data }
  }
}

const LONGEST_LABEL = 200

/** A command list's entry in one line. */
export function commandLabel(command: RecordedCommand): string {
  switch (command.type) {
    case 'command':
      return shortened(plainText(command.line.replaceAll('\n', ' ↵ ')))
    case 'hidden':
      return '(not echoed)'
    case 'program':
      return command.name === '' ? '(full screen)' : `(full screen: ${shortened(plainText(command.name))})`
  }
}

/** By characters: half of one is no text. */
function shortened(text: string): string {
  const characters = Array.from(text.slice(0, 2 * LONGEST_LABEL + 1))
  return characters.length > LONGEST_LABEL ? `${characters.slice(0, LONGEST_LABEL - 1).join('')}…` : text
}
