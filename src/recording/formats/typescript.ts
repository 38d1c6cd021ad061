/**
 * What `script` of util-linux writes and `scriptreplay` plays: the output as raw bytes after a line of heading, a timing file
 * beside it, and what was typed in a third one. The timing is the "advanced" one of script(1): it has sizes as well.
 */
import type { TerminalSize } from '../../protocol/channel.ts'
import type { ReadRecord } from '../../protocol/read-record.ts'
import type { SessionRecord } from '../../protocol/record.ts'
import type { SessionObject } from '../../protocol/session-object.ts'
import { decodeTerminalSize } from '../../protocol/terminal-size.ts'
import { commandLine } from '../wording.ts'
import { seconds } from './cast.ts'
import type { CastOptions } from './cast-events.ts'
import type { Loss } from './format.ts'

export interface ScriptPieces {
  readonly typescript: readonly (string | Uint8Array)[]
  readonly timing: string
  readonly input: readonly Uint8Array[]
}

const NOTHING: ScriptPieces = { typescript: [], timing: '', input: [] }

export type ScriptOptions = Pick<CastOptions, 'input' | 'from' | 'idleLimit'>

export class ScriptEncoder {
  readonly losses: Set<Loss> = new Set()
  readonly #options: ScriptOptions
  readonly #session: SessionObject
  #size: TerminalSize | undefined
  #began = false
  #time = 0
  #before = 0

  constructor(session: SessionObject, options: ScriptOptions) {
    this.#session = session
    this.#options = options
  }

  record(record: ReadRecord): ScriptPieces {
    this.#time = Math.max(this.#time, record.elapsed - (this.#options.from ?? 0))
    switch (record.kind) {
      case 'output':
        return this.#begin(this.#output(record.payload))
      case 'errorOutput':
        this.losses.add('streams')
        return this.#begin(this.#output(record.payload))
      case 'input':
        return this.#input(record)
      case 'resize':
        return this.#resize(decodeTerminalSize(Buffer.from(record.payload)))
      case 'withheld':
        if (record.of !== 'input' || this.#options.input !== undefined) this.losses.add('withheld')
        return NOTHING
      default:
        return NOTHING
    }
  }

  finish(): ScriptPieces {
    const { exitCode } = this.#session.status
    const code = exitCode === undefined ? '' : ` [COMMAND_EXIT_CODE="${Number(exitCode)}"]`
    // The timing does not count this line, so it is not played.
    const ending = `\nScript done${code}\n`
    return this.#begin({ ...NOTHING, typescript: [ending] })
  }

  #output(payload: Uint8Array): ScriptPieces {
    return { ...NOTHING, typescript: [payload], timing: `O ${this.#delay()} ${payload.length}\n` }
  }

  #input({ seq, payload }: SessionRecord): ScriptPieces {
    const { input } = this.#options
    if (input === undefined || input.leftOut.has(seq)) return NOTHING
    return this.#begin({ ...NOTHING, input: [payload], timing: `I ${this.#delay()} ${payload.length}\n` })
  }

  #resize(size: TerminalSize | undefined): ScriptPieces {
    if (size === undefined) return NOTHING
    if (this.#began) {
      const { rows, columns } = size
      return { ...NOTHING, timing: `S ${this.#delay()} SIGWINCH ROWS=${rows} COLS=${columns}\n` }
    }
    this.#size = size
    return NOTHING
  }

  /** Before anything else the heading, which names the size. scriptreplay takes the first line of each file for one. */
  #begin(pieces: ScriptPieces): ScriptPieces {
    if (this.#began) return pieces
    this.#began = true
    const { columns = 80, rows = 24 } = this.#size ?? {}
    const { spec, status } = this.#session
    const command = commandLine(spec.target.command).replaceAll('"', "'")
    const heading = `Script started on ${status.startTime} [COMMAND="${command}" COLUMNS="${columns}" LINES="${rows}"]\n`
    const facts = [`START_TIME ${status.startTime}`, `COLUMNS ${columns}`, `LINES ${rows}`, `COMMAND ${command}`]
    return {
      typescript: [heading, ...pieces.typescript],
      timing: facts.map((fact) => `H 0.000000 ${fact}\n`).join('') + pieces.timing,
      input: this.#options.input === undefined ? [] : [Buffer.from(heading), ...pieces.input],
    }
  }

  /** Since the line before. */
  #delay(): string {
    const passed = this.#time - this.#before
    this.#before = this.#time
    const { idleLimit } = this.#options
    return seconds(idleLimit === undefined ? passed : Math.min(passed, Math.round(idleLimit * 1e6)))
  }
}
