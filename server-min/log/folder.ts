import { fault } from './faults.ts'
import type { FolderState, Storage } from './storage.ts'

const OTHERS_WRITE = 0o022

export interface FolderWish {
  readonly folder: string
  /** Make the folder where there is none. */
  readonly create: boolean
}

/** Makes the folder where it is wished, and refuses one that somebody else could write. */
export async function secureFolder(storage: Storage, { folder, create }: FolderWish): Promise<void> {
  const state = await storage.folderState(folder)
  if (state !== undefined) return throwOnUnsafe(folder, state)
  if (!create) throw fault('KAE_LOG_MISSING', { detail: folder })
  await storage.makeFolder(folder)
}

function throwOnUnsafe(folder: string, { mode, uid }: FolderState): void {
  const self = process.getuid?.()
  // Windows: a mode says nothing there, and a folder in the user's profile is the user's alone by inheritance.
  if (self === undefined) return
  if (uid !== self && uid !== 0)
    throw fault('KAE_LOG_FOLDER_UNSAFE', { detail: `${folder} belongs to user ${uid}, this process is user ${self}` })
  if ((mode & OTHERS_WRITE) !== 0)
    throw fault('KAE_LOG_FOLDER_UNSAFE', { detail: `${folder} has mode ${(mode & 0o7777).toString(8)}` })
}
