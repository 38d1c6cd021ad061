import { encodeAck } from '../../src/protocol/messages.ts'

/** What became durable together: all up to `seq` at `time`, with the chain's head after it. */
export interface Mark {
  readonly seq: number
  readonly time: number
  readonly head: Buffer
  /** Payload bytes since the mark before. */
  readonly bytes: number
}

export interface WindowLimits {
  readonly bytes: number
  readonly records: number
}

/** As it is kept: a collector has many, and a string is a tenth of a Buffer. */
interface KeptMark extends Omit<Mark, 'head'> {
  /** Binary. */
  readonly head: string
}

/**
 * The session's last marks, as far back as an honest client can be behind: it has never sent more than the window without
 * an ack. They answer where a client left off and which acks it missed.
 */
export class ReceiptWindow {
  readonly #limits: WindowLimits
  /** Of the records from `#firstPrint` on, in their order. */
  #fingerprints: number[] = []
  #firstPrint = 0
  #marks: KeptMark[] = []
  #first = 0
  /** The last record whose mark was dropped. */
  #forgotten = -1
  #bytes = 0

  constructor(limits: WindowLimits) {
    this.#limits = limits
  }

  /** Remembers what a record looked like, from its arrival on. */
  note(seq: number, fingerprint: number): void {
    if (this.#fingerprints.length === 0) this.#firstPrint = seq
    this.#fingerprints[seq - this.#firstPrint] = fingerprint
  }

  /** The fingerprint of a record, or undefined where it is too long ago. */
  fingerprint(seq: number): number | undefined {
    return seq <= this.#forgotten ? undefined : this.#fingerprints[seq - this.#firstPrint]
  }

  push(mark: Mark): void {
    this.#marks.push({ ...mark, head: mark.head.toString('latin1') })
    this.#bytes += mark.bytes
    while (this.#isFull(mark.seq)) this.#dropFirst()
  }

  /** The chain's head at a record that ended a batch, as its ack named it. */
  headAt(seq: number): Buffer | undefined {
    for (let index = this.#marks.length - 1; index >= this.#first; index -= 1) {
      const mark = this.#marks[index]
      if (mark === undefined || mark.seq < seq) return undefined
      if (mark.seq === seq) return Buffer.from(mark.head, 'latin1')
    }
    return undefined
  }

  /** The acks of the records after `seq` up to `last`, one for each time. */
  acksAfter(seq: number, last: number): readonly Buffer[] {
    const due = this.#marks.slice(this.#first).filter((mark) => mark.seq > seq)
    const upTo = due.findIndex((mark) => mark.seq >= last)
    const wanted = upTo === -1 ? due : due.slice(0, upTo + 1)
    return wanted.filter((mark, index) => mark.time !== wanted[index + 1]?.time).map(ackOf)
  }

  /** One mark more than the window stays: the one where a client stands that has missed the whole window. */
  #isFull(lastSeq: number): boolean {
    const [first, second] = [this.#marks[this.#first], this.#marks[this.#first + 1]]
    if (first === undefined || second === undefined) return false
    return this.#bytes - first.bytes > this.#limits.bytes || lastSeq - first.seq > this.#limits.records
  }

  #dropFirst(): void {
    const [first, second] = [this.#marks[this.#first], this.#marks[this.#first + 1]]
    if (first === undefined || second === undefined) return
    this.#bytes -= first.bytes
    this.#forgotten = first.seq
    this.#first += 1
    if (this.#first > 1024) this.#shrink()
  }

  #shrink(): void {
    this.#marks = this.#marks.slice(this.#first)
    this.#first = 0
    this.#fingerprints = this.#fingerprints.slice(this.#forgotten + 1 - this.#firstPrint)
    this.#firstPrint = this.#forgotten + 1
  }
}

const ackOf = ({ head, ...mark }: KeptMark): Buffer => encodeAck({ ...mark, head: Buffer.from(head, 'latin1') })
