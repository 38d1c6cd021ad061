/** Whole lines out of chunks that are cut anywhere, in time linear in their bytes. */
export class Lines {
  #parts: Buffer[] = []

  /** What came after the last line break. */
  get pending(): boolean {
    return this.#parts.length > 0
  }

  push(chunk: Buffer): string[] {
    const last = chunk.lastIndexOf(0x0a)
    if (last < 0) {
      this.#parts.push(chunk)
      return []
    }
    const whole = Buffer.concat([...this.#parts, chunk.subarray(0, last)]).toString()
    this.#parts = last + 1 < chunk.length ? [chunk.subarray(last + 1)] : []
    return whole.split('\n').filter((line) => line !== '')
  }
}
