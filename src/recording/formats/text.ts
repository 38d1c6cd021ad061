import type { ReadRecord } from '../../protocol/read-record.ts'
import type { RecordedCommand } from '../../protocol/recorded-command.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import { decodeTerminalSize } from '../../protocol/terminal-size.ts'
import { commandLabel } from './cast-events.ts'
import { factsOf, recordsOutput } from './facts.ts'
import { type Encoder, LOSS_WORDS, type Loss } from './format.ts'
import { clockTime } from './plain.ts'
import { Transcript } from './transcript.ts'
import { Utf8Stream } from './utf8-stream.ts'

export interface TextOptions {
  readonly commands: readonly RecordedCommand[]
  /** µs since the session was opened: what scrolled off before is left out. */
  readonly from?: number
}

/** Facts, the command list, and what stood on the screen. Safe on any terminal. */
export async function plainTextDocument(options: TextOptions): Promise<Encoder> {
  const screen = await openScreenText(options)
  return {
    losses: screen.losses,
    start: (session) => {
      screen.start(session)
      return `${headingOf(session, options)}\n`
    },
    record: screen.record,
    finish: () => screen.finish() + [...screen.losses].map((loss) => `\nlossy: ${LOSS_WORDS[loss]}\n`).join(''),
  }
}

/** The transcript of a session's records; nothing else. */
export async function openScreenText({ from = 0 }: Pick<TextOptions, 'from'>): Promise<ScreenText> {
  return new ScreenText(await Transcript.open({ columns: 80, rows: 24 }), from)
}

export class ScreenText {
  readonly losses: Set<Loss> = new Set()
  readonly #transcript: Transcript
  readonly #from: number
  readonly #output = new Utf8Stream()
  readonly #errors = new Utf8Stream()
  #isTerminal = true

  constructor(transcript: Transcript, from: number) {
    this.#transcript = transcript
    this.#from = from
  }

  start({ spec }: SessionObject): void {
    this.#isTerminal = spec.target.tty
  }

  readonly record = (record: ReadRecord): string => {
    const text = this.#lines(record)
    return record.elapsed < this.#from ? '' : text
  }

  finish(): string {
    return this.#shown(this.#output.end() + this.#errors.end(), this.#output) + this.#transcript.finish()
  }

  #lines(record: ReadRecord): string {
    switch (record.kind) {
      case 'output':
        return this.#shown(this.#output.push(record.payload), this.#output)
      case 'errorOutput':
        this.losses.add('streams')
        return this.#shown(this.#errors.push(record.payload), this.#errors)
      case 'resize': {
        const size = decodeTerminalSize(Buffer.from(record.payload))
        return size === undefined ? '' : this.#transcript.resize(size)
      }
      case 'withheld':
        // Input has no place in this document.
        if (record.of !== 'input') this.losses.add('withheld')
        return ''
      default:
        return ''
    }
  }

  /** Without a terminal nobody put the carriage returns in that the screen needs. */
  #shown(text: string, stream: Utf8Stream): string {
    if (stream.replaced) this.losses.add('not-utf8')
    return text === '' ? '' : this.#transcript.write(this.#isTerminal ? text : text.replaceAll('\n', '\r\n'))
  }
}

const NAME_WIDTH = 11

function headingOf(session: SessionObject, { commands, from = 0 }: TextOptions): string {
  const facts = factsOf(session).map(([name, value]) => `${name.padEnd(NAME_WIDTH)}${value}`)
  const shown = commands.filter(({ elapsed }) => elapsed >= from)
  const list = shown.map((command) => `${clockTime(command.elapsed).padStart(NAME_WIDTH)}  ${commandLabel(command)}`)
  const parts = [facts, ['Commands', ...(list.length > 0 ? list : ['none were recognised'])]]
  if (recordsOutput(session)) parts.push(['Screen'])
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`
}
