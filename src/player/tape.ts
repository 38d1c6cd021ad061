/**
 * A recording in memory: what happened, in order, in compressed chunks. Beyond a bound the oldest chunks are let go and
 * read again when they are needed, so that an hour of output does not fill the reader's machine.
 */
import type { TerminalSize } from '../protocol/channel.ts'
import type { ReadRecord } from '../protocol/read-record.ts'
import { decodeTerminalSize } from '../protocol/terminal-size.ts'
import { OpenChunk } from './open-chunk.ts'
import { Packer, unpack } from './packer.ts'
import { type Reread, Rereader } from './rereader.ts'
import { decodeEvents, encodedBytes, eventOf, type TapeEvent } from './tape-event.ts'

/** Bytes and events after which a chunk is closed. */
const CHUNK_BYTES = 256 * 1024
const CHUNK_EVENTS = 4096
const KEPT_BYTES = 32 * 1024 * 1024
/** Chunks that are held decoded: the one that plays, the one that is indexed, and one for a search. */
const DECODED = 4

interface Chunk {
  /** How many events are before it. */
  readonly first: number
  readonly events: number
  readonly firstSeq: number
  readonly lastSeq: number
  readonly start: number
  readonly end: number
  /** Of the terminal when it began. */
  readonly size: TerminalSize | undefined
  readonly length: number
  /** Undefined where it was let go. */
  bytes: Buffer | undefined
  isPacked: boolean
}

export interface OpenedChunk {
  /** How many events are before it. */
  readonly first: number
  readonly events: readonly TapeEvent[]
  /** Of the terminal when it began; undefined: nobody has told. */
  readonly size: TerminalSize | undefined
}

/** Output that shows nearly all of a screen. */
const ROUGH_CHUNKS = 2

export class Tape {
  readonly #rereader: Rereader
  readonly #packer = new Packer()
  readonly #mostKept: number
  readonly #chunks: Chunk[] = []
  readonly #decoded = new Map<number, readonly TapeEvent[]>()
  #open = new OpenChunk(0, undefined, CHUNK_BYTES)
  #kept = 0
  #letGo = 0
  #elapsed = 0
  #size: TerminalSize | undefined

  /** @param mostKept bytes of compressed chunks that stay in memory */
  constructor(reread: Reread, mostKept = KEPT_BYTES) {
    this.#rereader = new Rereader(reread)
    this.#mostKept = mostKept
  }

  /** Events so far. */
  get length(): number {
    return this.#open.first + this.#open.count
  }

  /** When the last event happened, in µs since the session was opened. */
  get end(): number {
    return this.#elapsed
  }

  /** Of the terminal when the last event happened; undefined: nobody has told. */
  get size(): TerminalSize | undefined {
    return this.#size
  }

  append(record: ReadRecord): void {
    // A recorder that runs backwards must not make time do so.
    const event = eventOf(record, this.#elapsed)
    if (event === undefined) return
    this.#elapsed = event.elapsed
    const isFull = !this.#open.hasRoom(event) || this.#open.count >= CHUNK_EVENTS
    if (isFull) this.#close(Math.max(CHUNK_BYTES, encodedBytes(event)))
    if (event.kind === 'resize') this.#size = decodeTerminalSize(event.payload)
    this.#open.append(event)
  }

  /** The chunk that an event is in. `ordinal` counts from 0. */
  async chunkWith(ordinal: number): Promise<OpenedChunk> {
    if (ordinal >= this.#open.first) return this.#open
    const index = lastIndex(this.#chunks, ({ first }) => first <= ordinal)
    const { first, size } = this.#chunks[index] ?? { first: 0, size: undefined }
    return { first, events: await this.#decode(index), size }
  }

  /** A chunk some output before a position: what follows it shows nearly all of the screen. */
  roughStart(ordinal: number): Pick<OpenedChunk, 'first' | 'size'> {
    const index = lastIndex(this.#chunks, ({ first }) => first <= ordinal)
    return this.#chunks[index - ROUGH_CHUNKS] ?? { first: 0, size: undefined }
  }

  /** About how many bytes happened between two positions. */
  bytesBetween(from: number, to: number): number {
    const [first, last] = [from, to].map((ordinal) => lastIndex(this.#chunks, (chunk) => chunk.first <= ordinal))
    return Math.max(0, (last ?? 0) - (first ?? 0)) * CHUNK_BYTES
  }

  async event(ordinal: number): Promise<TapeEvent | undefined> {
    const { first, events } = await this.chunkWith(ordinal)
    return events[ordinal - first]
  }

  /** How many events have happened until then, that moment included. */
  async countUntil(elapsed: number): Promise<number> {
    const { count, start, first, events: newest } = this.#open
    if (count > 0 && start <= elapsed) return first + countUntil(newest, elapsed)
    const index = lastIndex(this.#chunks, ({ start }) => start <= elapsed)
    const chunk = this.#chunks[index]
    if (chunk === undefined) return 0
    if (chunk.end <= elapsed) return chunk.first + chunk.events
    return chunk.first + countUntil(await this.#decode(index), elapsed)
  }

  #close(nextCapacity: number): void {
    const { first, count, firstSeq, lastSeq, start, end, size, bytes } = this.#open
    const { length } = bytes
    const chunk: Chunk = { first, events: count, firstSeq, lastSeq, start, end, size, length, bytes, isPacked: false }
    this.#chunks.push(chunk)
    this.#open = new OpenChunk(first + count, this.#size, nextCapacity)
    this.#kept += length
    this.#packer.pack(bytes, (packed) => {
      if (chunk.bytes === undefined) return
      this.#kept += packed.length - length
      chunk.bytes = packed
      chunk.isPacked = true
    })
    while (this.#kept > this.#mostKept) this.#forgetOldest()
  }

  #forgetOldest(): void {
    const oldest = this.#chunks[this.#letGo]
    this.#letGo += 1
    if (oldest?.bytes === undefined) return
    this.#kept -= oldest.bytes.length
    oldest.bytes = undefined
  }

  async #decode(index: number): Promise<readonly TapeEvent[]> {
    const known = this.#decoded.get(index)
    const chunk = this.#chunks[index]
    if (known !== undefined || chunk === undefined) return known ?? []
    const events = chunk.bytes === undefined ? await this.#readAgain(chunk) : decodeEvents(bytesOf(chunk))
    this.#decoded.set(index, events)
    for (const oldest of this.#decoded.keys()) {
      if (this.#decoded.size > DECODED) this.#decoded.delete(oldest)
    }
    return events
  }

  async #readAgain({ firstSeq, lastSeq, start }: Chunk): Promise<readonly TapeEvent[]> {
    const events: TapeEvent[] = []
    for (const record of await this.#rereader.read(firstSeq, lastSeq)) {
      const event = eventOf(record, events.at(-1)?.elapsed ?? start)
      if (event !== undefined) events.push(event)
    }
    return events
  }
}

const bytesOf = ({ bytes = Buffer.alloc(0), isPacked, length }: Chunk): Buffer =>
  isPacked ? unpack(bytes, length) : bytes

const countUntil = (events: readonly TapeEvent[], elapsed: number): number =>
  lastIndex(events, (event) => event.elapsed <= elapsed) + 1

/** The last of those for which it holds, in a list where it holds for a beginning; -1 where for none. */
function lastIndex<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let [low, high] = [-1, items.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const item = items[middle]
    if (item !== undefined && holds(item)) low = middle
    else high = middle - 1
  }
  return low
}
