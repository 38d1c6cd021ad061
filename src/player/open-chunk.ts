import type { TerminalSize } from '../protocol/channel.ts'
import { decodeEvents, encodedBytes, encodeEvent, type TapeEvent } from './tape-event.ts'

/**
 * The chunk that is being filled. Events are bytes from the first moment: as objects they would outlive a collection of
 * the young generation, and an hour of output would cost three times the memory.
 */
export class OpenChunk {
  readonly first: number
  /** Of the terminal when it began. */
  readonly size: TerminalSize | undefined
  readonly #bytes: Buffer
  #end = 0
  #decoded: TapeEvent[] = []
  #decodedTo = 0
  count = 0
  firstSeq = 0
  lastSeq = 0
  start = 0
  end = 0

  constructor(first: number, size: TerminalSize | undefined, capacity: number) {
    this.first = first
    this.size = size
    this.#bytes = Buffer.allocUnsafeSlow(capacity)
  }

  hasRoom(event: TapeEvent): boolean {
    return this.#end + encodedBytes(event) <= this.#bytes.length
  }

  append(event: TapeEvent): void {
    if (this.count === 0) {
      this.firstSeq = event.seq
      this.start = event.elapsed
    }
    this.#end = encodeEvent(event, this.#bytes, this.#end)
    this.count += 1
    this.lastSeq = event.seq
    this.end = event.elapsed
  }

  /** The same list every time, with what came since. */
  get events(): readonly TapeEvent[] {
    if (this.#decodedTo < this.#end) {
      // One by one: spread into a call, thousands would overflow the stack.
      for (const event of decodeEvents(this.bytes.subarray(this.#decodedTo))) this.#decoded.push(event)
      this.#decodedTo = this.#end
    }
    return this.#decoded
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#end)
  }
}
