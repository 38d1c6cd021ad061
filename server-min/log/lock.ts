import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { fault } from './faults.ts'
import { loadSqlite } from './sqlite.ts'

const { O_WRONLY, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants

export interface FolderLock {
  release(): void
}

/**
 * Takes the folder for this process, or fails with KAE_LOG_LOCKED. Node has no file locks of its own; an exclusive
 * SQLite transaction is one (fcntl), and the kernel drops it when the process ends, however it ends. Nobody else may
 * open lock.db: to close any descriptor of a file drops a process's fcntl locks on it.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, 'lock.db')
  // Whoever made the folder may have laid something else here: a pipe would be waited for, a link would be followed.
  const file = await open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600)
  await file.chmod(0o600).finally(() => file.close())
  const { DatabaseSync } = await loadSqlite()
  const database = new DatabaseSync(path, { timeout: 0, open: false })
  try {
    database.open()
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    if (database.isOpen) database.close()
    if (isBusy(cause)) throw fault('KAE_LOG_LOCKED', { detail: folder, cause })
    const why = cause instanceof Error ? cause.message : String(cause)
    throw fault('KAE_LOG_FOLDER_UNUSABLE', { detail: `${path}: ${why}`, cause })
  }
  return { release: () => database.close() }
}

/** SQLITE_BUSY, with or without the extended code in the higher bits (https://sqlite.org/rescode.html). */
const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5
