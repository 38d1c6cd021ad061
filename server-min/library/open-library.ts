import { FolderLibrary, type LogLibrary } from './library.ts'
import type { Derive } from './upkeep/derivation.ts'
import { Index, type Progress } from './upkeep/index-upkeep.ts'

export interface LibraryOptions {
  /** Where it reads, for people. */
  readonly place: string
  /** The log folders, or how to find them at each time of asking: new ones come, others go. */
  readonly folders: readonly string[] | (() => Promise<readonly string[]>)
  /** Where the index lies; without it, it is made in memory each time. */
  readonly indexFile?: string
  /** How command lists are made. */
  readonly derive?: Derive
  /** How far the index is made, where that takes a while. */
  readonly onProgress?: (progress: Progress) => void
}

/** Opens a library in this thread: for programs that only read. A server takes `startLibrary`. */
export async function openLogLibrary({
  place,
  folders,
  indexFile,
  onProgress,
  derive,
}: LibraryOptions): Promise<LogLibrary> {
  const index = await Index.open({
    file: indexFile,
    folders: typeof folders === 'function' ? folders : () => Promise.resolve(folders),
    ...(onProgress && { onProgress }),
    ...(derive && { derive }),
  })
  return new FolderLibrary(index, { place })
}
