import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'

/** A file that only this user can read, one JSON object a line, written at its end. */
export interface LineFile {
  append(line: object): void
  close(): Promise<void>
}

/**
 * @throws where the file cannot be opened. A disk that fills up later loses lines of these logs, and ends no session: what
 * was typed is not in them.
 */
export async function openLineFile(path: string): Promise<LineFile> {
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 })
  await once(file, 'open')
  file.on('error', () => {})
  return {
    append: (line) => {
      if (file.writable) file.write(`${JSON.stringify(line)}\n`)
    },
    close: async () => {
      file.end()
      await finished(file).catch(() => {})
    },
  }
}
