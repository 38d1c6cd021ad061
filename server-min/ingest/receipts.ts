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

/**
 * The session's last marks, as far back as an honest client can be behind: it has never sent more than the window without
 * an ack. They answer where a client left off and which acks it missed.
 */
export class ReceiptWindow {
  readonly #limits: WindowLimits
  readonly #fingerprints = new Map<number, number>()
  #marks: Mark[] = []
  #first = 0
  #bytes = 0

  constructor(limits: WindowLimits) {
    this.#limits = limits
  }

  /** Remembers what a record looked like, from its arrival on. */
  note(seq: number, fingerprint: number): void {
    this.#fingerprints.set(seq, fingerprint)
  }

  /** The fingerprint of a record, or undefined where it is too long ago. */
  fingerprint(seq: number): number | undefined {
    return this.#fingerprints.get(seq)
  }

  push(mark: Mark): void {
    this.#marks.push(mark)
    this.#bytes += mark.bytes
    while (this.#isFull(mark.seq)) this.#dropFirst()
  }

  /** The chain's head at a record that ended a batch, as its ack named it. */
  headAt(seq: number): Buffer | undefined {
    for (let index = this.#marks.length - 1; index >= this.#first; index -= 1) {
      const mark = this.#marks[index]
      if (mark === undefined || mark.seq < seq) return undefined
      if (mark.seq === seq) return mark.head
    }
    return undefined
  }

  /** The acks of the records after `seq` up to `last`, one for each time. */
  acksAfter(seq: number, last: number): readonly Buffer[] {
    const due = this.#marks.slice(this.#first).filter((mark) => mark.seq > seq)
    const upTo = due.findIndex((mark) => mark.seq >= last)
    const wanted = upTo === -1 ? due : due.slice(0, upTo + 1)
    return wanted.filter((mark, index) => mark.time !== wanted[index + 1]?.time).map(encodeAck)
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
    for (let seq = first.seq; this.#fingerprints.delete(seq); ) seq -= 1
    this.#first += 1
    if (this.#first > 1024) this.#marks = this.#marks.slice(this.#first)
    if (this.#first > 1024) this.#first = 0
  }
}
