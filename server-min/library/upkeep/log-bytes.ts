import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeStorage } from '../../log/node-storage.ts'
import { segmentNames } from '../../log/segment-header.ts'
import type { Store } from '../store/store.ts'

/** About how many bytes of these logs the index has not seen: files are longer than what stands in them. */
export async function logBytes(store: Store, folders: readonly string[]): Promise<number> {
  const known = new Map(store.logs().map(({ folder, position }) => [folder, position]))
  let bytes = 0
  for (const folder of folders) {
    const position = known.get(folder)
    const names = segmentNames(await nodeStorage.list(folder).catch(() => []))
    for (const name of names.filter((name) => name >= (position?.segment ?? ''))) {
      const { size } = await stat(join(folder, name)).catch(() => ({ size: 0 }))
      bytes += name === position?.segment ? Math.max(0, size - position.point.offset) : size
    }
  }
  return bytes
}
