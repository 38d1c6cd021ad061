import type { CommandList, Place } from './command-list.ts'
import { DOUBTS } from './doubts.ts'
import { LONGEST_LINE } from './limits.ts'

/** The lines that came to a shell through a pipe. */
export class PipedSession {
  readonly #list: CommandList
  readonly #decoder = new TextDecoder('utf-8')
  #line = ''
  #isTooLong = false
  #place: Place = { elapsed: 0, seq: 0 }

  constructor(list: CommandList) {
    this.#list = list
  }

  input(bytes: Uint8Array, place: Place): void {
    this.#place = place
    const [first = '', ...others] = this.#decoder.decode(bytes, { stream: true }).split('\n')
    this.#append(first)
    for (const part of others) {
      this.#end()
      this.#append(part)
    }
  }

  /** A last line without an end is a line as well. */
  finish(): void {
    this.#append(this.#decoder.decode())
    this.#end()
  }

  #append(part: string): void {
    const room = LONGEST_LINE - this.#line.length
    this.#isTooLong ||= part.length > room
    this.#line += part.slice(0, room)
  }

  #end(): void {
    const line = this.#line.replace(/\r$/, '')
    const doubts = [
      DOUBTS.piped,
      ...(this.#isTooLong ? [DOUBTS.tooLong] : []),
      ...(line.includes('\ufffd') ? [DOUBTS.notUtf8] : []),
    ]
    if (line.trim() !== '') this.#list.command({ ...this.#place, source: 'typed', line, doubts })
    this.#line = ''
    this.#isTooLong = false
  }
}
