import type { Readable } from 'node:stream'

export interface SourceListener {
  input(bytes: Buffer): void
  end(): void
}

/**
 * Reads stdin, and only as far as the tee lets it: what is not read stays with the kernel, which holds its writer. The
 * stream is never switched to flowing mode nor paused, since Node may read ahead of a pause.
 */
export class InputSource {
  readonly #stream: Readable
  readonly #listener: SourceListener
  #open = true
  #stopped = false

  constructor(stream: Readable, listener: SourceListener) {
    this.#stream = stream
    this.#listener = listener
    stream.on('readable', this.#drain)
    stream.once('end', this.#end)
    // A terminal that is gone (EIO) has no more input; the hang-up signal ends the session.
    stream.once('error', this.#end)
  }

  flow(open: boolean): void {
    this.#open = open
    if (open) this.#drain()
  }

  /** Takes no more input. What was read was handed on. */
  stop(): void {
    this.#stopped = true
    this.#stream.off('readable', this.#drain)
    this.#stream.off('end', this.#end)
    this.#stream.pause()
    if ('unref' in this.#stream) (this.#stream as unknown as { unref(): void }).unref()
  }

  readonly #drain = (): void => {
    while (this.#open && !this.#stopped) {
      const chunk = this.#stream.read() as Buffer | null
      if (chunk === null) return
      this.#listener.input(chunk)
    }
  }

  readonly #end = (): void => {
    if (!this.#stopped) this.#listener.end()
  }
}
