import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { segmentNames } from '../../../server-min/log/segment-header.ts'

/** Bytes of a log's files, for who tells how far it is: 0 for what cannot be looked at. */
export async function sizeOfLog(log: string): Promise<number> {
  const names = segmentNames(await readdir(log).catch(() => []))
  const sizes = await Promise.all(
    names.map((name) =>
      lstat(join(log, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
