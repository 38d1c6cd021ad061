import type { Writable } from 'node:stream'

const MOST = 1000

/** What others say meanwhile would stand in the middle of the picture: it is said afterwards. */
export class HeldBack {
  readonly #stream: Writable
  #said: string[] = []
  /** A line that paints over itself, as it was last: erased, most often. */
  #line = ''

  constructor(stream: Writable) {
    this.#stream = stream
  }

  hold(): void {
    const hold = (chunk: Uint8Array | string, ...more: readonly unknown[]): boolean => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
      if (text.startsWith('\r')) this.#line = text
      else if (this.#said.length < MOST) this.#said.push(text)
      const done = more.find((each) => typeof each === 'function')
      if (done !== undefined) process.nextTick(done)
      return true
    }
    this.#stream.write = hold
  }

  release(): void {
    // The stream's own is the class's, behind the one that was put in front of it.
    Reflect.deleteProperty(this.#stream, 'write')
    const said = this.#line + this.#said.join('')
    this.#said = []
    this.#line = ''
    if (said !== '') this.#stream.write(said)
  }
}
