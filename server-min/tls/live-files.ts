import { watchFiles } from './watch-files.ts'

/** What some files say, as they last made sense. */
export interface LiveFiles<Content> {
  readonly current: Content
  /** Looks now, in place of at the next time. */
  check(): Promise<void>
  close(): void
}

export interface LiveFilesEvents {
  /** `current` is another one now. */
  changed(): void
  /** The files cannot be used as they are now: the last good ones stay in force. */
  failed(error: unknown): void
}

export interface LiveFilesOptions<Content> {
  readonly paths: readonly (string | undefined)[]
  readonly everyMs: number
  readonly events: LiveFilesEvents
  read(): Promise<Content>
}

/** Reads files, and again when any of them changes. Rejects where the first reading does. */
export async function liveFiles<Content>(options: LiveFilesOptions<Content>): Promise<LiveFiles<Content>> {
  const { everyMs, events, read } = options
  let current = await read()
  const paths = options.paths.filter((path) => path !== undefined)
  async function changed(): Promise<void> {
    try {
      current = await read()
      events.changed()
    } catch (error) {
      events.failed(error)
    }
  }
  const watch = await watchFiles({ paths, everyMs, changed })
  return {
    get current() {
      return current
    },
    check: watch.check,
    close: watch.close,
  }
}
