import { chmod, mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { loadSqlite } from '../../log/sqlite.ts'
import { SCHEMA, SCHEMA_VERSION } from './schema.ts'

export interface OpenedDatabase {
  readonly database: DatabaseSync
  /** Why it is in memory, where it was to be a file. */
  readonly warning?: string
}

/** Another process that catches up holds the write lock for one slice of a log. */
const BUSY_MS = 10_000
const COMPANIONS = ['', '-wal', '-shm', '-journal']

/** Opens the index, or makes it anew; in memory where the file cannot be used, so that reading goes on all the same. */
export async function openDatabase(file: string | undefined): Promise<OpenedDatabase> {
  if (file === undefined) return { database: await openAt(':memory:') }
  try {
    await secureFile(file)
    return { database: await openFile(file) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { database: await openAt(':memory:'), warning: memoryWarning(file, why) }
  }
}

export const memoryWarning = (file: string, why: string): string =>
  `the index ${file} cannot be used (${why}): everything is read again each time`

/** What is wrong with the file itself, or with its place; undefined where an error is neither. */
export function troubleOf(error: unknown): 'damaged' | 'unwritable' | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  // https://sqlite.org/rescode.html: the low byte is the primary code.
  switch (Number(error.errcode) & 0xff) {
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
    case 1: // SQLITE_ERROR: a table that is not as this version makes it
      return 'damaged'
    case 5: // SQLITE_BUSY, for all of BUSY_MS
    case 8: // SQLITE_READONLY
    case 10: // SQLITE_IOERR
    case 13: // SQLITE_FULL
    case 14: // SQLITE_CANTOPEN
      return 'unwritable'
    default:
      return undefined
  }
}

export const removeDatabase = async (file: string): Promise<void> => {
  for (const companion of COMPANIONS) await rm(file + companion, { force: true })
}

/** A recording's command lines stand in it, so it is its owner's alone, as the logs are. */
async function secureFile(file: string): Promise<void> {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { mode, uid } = await stat(folder)
  const self = process.getuid?.()
  if (self !== undefined && ((uid !== self && uid !== 0) || (mode & 0o022) !== 0))
    throw new Error('others can write its folder')
  // SQLite gives its companions the mode of the file.
  await (await open(file, 'a', 0o600)).close()
  await chmod(file, 0o600)
}

async function openFile(file: string): Promise<DatabaseSync> {
  try {
    return await openAt(file)
  } catch (error) {
    if (troubleOf(error) !== 'damaged') throw error
    await removeDatabase(file)
    await secureFile(file)
    return openAt(file)
  }
}

async function openAt(path: string): Promise<DatabaseSync> {
  const { DatabaseSync } = await loadSqlite()
  const database = new DatabaseSync(path, { timeout: BUSY_MS })
  try {
    // A derived file need not survive a power cut in its last state; in WAL mode, NORMAL keeps it whole.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536')
    // Each checkpoint is an fsync beside those of the log, so there are few.
    database.exec('PRAGMA wal_autocheckpoint = 8000; PRAGMA journal_size_limit = 67108864')
    database.exec('PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON')
    if (versionOf(database) !== SCHEMA_VERSION) createSchema(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Another process may just have done the same. */
function createSchema(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE')
  const version = versionOf(database)
  if (version === 0 && isEmpty(database)) database.exec(`${SCHEMA}; PRAGMA user_version = ${SCHEMA_VERSION}`)
  database.exec('COMMIT')
  if (version !== SCHEMA_VERSION && versionOf(database) !== SCHEMA_VERSION) throw new OtherVersion(version)
}

const versionOf = (database: DatabaseSync): number =>
  Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0)

const isEmpty = (database: DatabaseSync): boolean =>
  database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables === 0

/** Counts as damage: the file is made anew. */
class OtherVersion extends Error {
  readonly errcode = 11

  constructor(version: number) {
    super(`it is of version ${version}`)
  }
}
