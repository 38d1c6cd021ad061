/**
 * Says which process writes a log that has no lock: a local session's, which is made while somebody waits for a prompt.
 * The mark proves nothing and protects nothing; it tells a session that runs from one whose recorder was cut off.
 */
import { lstat, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeStorage } from './node-storage.ts'
import { loadSqlite } from './sqlite.ts'

const MARK = 'writer.json'

/** Never rejects, since a log without its mark is as good. */
export async function markWriter(folder: string): Promise<void> {
  try {
    const path = join(folder, MARK)
    await writeFile(path, '', { mode: 0o600 })
    // A copy of the folder has another inode, and nobody writes it.
    await writeFile(path, JSON.stringify({ pid: process.pid, inode: (await stat(path)).ino }))
  } catch {
    // See above.
  }
}

export const unmarkWriter = (folder: string): Promise<void> =>
  rm(join(folder, MARK), { force: true }).catch(() => undefined)

/**
 * Whether a living process writes the log in a folder. Not for a folder that this process itself holds: it would lose its
 * lock (see lock.ts).
 */
export async function isWritten(folder: string): Promise<boolean> {
  return (await isMarked(folder)) || (await isLocked(folder))
}

async function isMarked(folder: string): Promise<boolean> {
  const path = join(folder, MARK)
  try {
    const { pid, inode }: { pid?: unknown; inode?: unknown } = JSON.parse(await readShort(path))
    if (typeof pid !== 'number' || pid <= 0 || (await stat(path)).ino !== inode) return false
    return isAlive(pid) && (await hasOpen(pid, folder))
  } catch {
    return false
  }
}

/** Of a file alone, and not much of it: what lies in a copy of a log was put there by others. */
async function readShort(path: string): Promise<string> {
  const file = await nodeStorage.open(path, 'read')
  try {
    return (await file.read(0, 1024)).toString()
  } finally {
    await file.close()
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Where the system tells: another program may have got the number of one that is gone. */
async function hasOpen(pid: number, folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return true
  const descriptors = `/proc/${pid}/fd`
  const names = await readdir(descriptors).catch(() => undefined)
  if (names === undefined) return false
  const targets = await Promise.all(names.map((name) => readlink(join(descriptors, name)).catch(() => '')))
  return targets.some((target) => target.startsWith(join(folder, 'segment')))
}

async function isLocked(folder: string): Promise<boolean> {
  const path = join(folder, 'lock.db')
  // SQLite would wait for a pipe, and follow a link.
  if ((await lstat(path).catch(() => undefined))?.isFile() !== true) return false
  const { DatabaseSync } = await loadSqlite()
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 0 })
    try {
      database.prepare('SELECT count(*) FROM sqlite_schema').get()
    } finally {
      database.close()
    }
    return false
  } catch (error) {
    return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5
  }
}
