import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

export interface FileWatch {
  /** Looks now, in place of at the next time. */
  check(): Promise<void>
  close(): void
}

export interface WatchOptions {
  readonly paths: readonly string[]
  readonly everyMs: number
  /** Called when the content of any of them has changed. A rejection is the caller's to report. */
  changed(): Promise<void>
}

/**
 * Looks at files again and again. Secrets in Kubernetes change by a symbolic link two folders up, which watches of the
 * operating system miss.
 */
export async function watchFiles({ paths, everyMs, changed }: WatchOptions): Promise<FileWatch> {
  let known = await digest(paths)
  async function check(): Promise<void> {
    const now = await digest(paths)
    if (now === known) return
    known = now
    await changed()
  }
  const timer = setInterval(() => void check(), everyMs).unref()
  return { check, close: () => clearInterval(timer) }
}

async function digest(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(await readFile(path).catch(() => Buffer.from('missing'))).update('\0')
  return hash.digest('hex')
}
