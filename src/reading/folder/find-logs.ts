import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { folderFault } from '../../../server-min/log/faults.ts'
import { readLogFolder } from '../../../server-min/log/reader.ts'
import { segmentNames } from '../../../server-min/log/segment-header.ts'
import { errorCode } from '../../../server-min/log/storage.ts'
import { stateFolder } from '../../collector/state-folder.ts'
import type { SessionId } from '../../protocol/session-id.ts'
import { fault } from '../faults.ts'

/** `sandbox/<start>/log` below the state folder is the deepest. */
const DEPTH = 3
/** Folders that are looked into at a time: of a hundred thousand all at once hold most of a gigabyte. */
const TOGETHER = 64

/** Where to look when no folder is named: the state folder, and where `exec` was told to record. */
export function localFolders(env: NodeJS.ProcessEnv): string[] {
  const { KUBE_AUDIT_EXEC_LOG_DIR: chosen } = env
  return [...(chosen ? [chosen] : []), stateFolder(env)]
}

/** All folders that are logs, in `folders` and below. Newest last, since their names begin with their time. */
export async function findLogs(folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(folders.map((folder) => logsBelow(folder, DEPTH)))
  return found.flat()
}

/** @throws Fault KAE_LOGS_NOT_FOUND for the first folder without any, KAE_LOG_* where what is below cannot be read */
export async function requireLogs(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const logs = await logsBelow(folder, DEPTH, throwOnUnreadable)
    if (logs.length === 0) throw fault('KAE_LOGS_NOT_FOUND', { detail: folder })
  }
}

type OnError = (error: unknown, folder: string) => []

/** Of what is not there nothing is missing; but who asks what a folder holds must not take what is hidden for nothing. */
function throwOnUnreadable(error: unknown, folder: string): [] {
  if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return []
  throw folderFault(error, folder)
}

async function logsBelow(folder: string, depth: number, onError: OnError = () => []): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => onError(error, folder))
  if (segmentNames(entries.map(({ name }) => name)).length > 0) return [folder]
  if (depth === 0) return []
  // Links are not followed: they may lead in a circle.
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  names.sort()
  const found: string[][] = []
  for (let at = 0; at < names.length; at += TOGETHER) {
    const some = names.slice(at, at + TOGETHER).map((name) => logsBelow(join(folder, name), depth - 1, onError))
    found.push((await Promise.all(some)).flat())
  }
  return found.flat()
}

/** The log with a session. A local session's folder has its name; others are read, newest first. */
export async function findLogOf(id: SessionId, logs: readonly string[]): Promise<string> {
  const named = logs.find((log) => basename(log) === id)
  if (named !== undefined) return named
  for (const log of logs.toReversed()) {
    if (await holds(log, id)) return log
  }
  throw fault('KAE_SESSION_NOT_FOUND', { detail: `${id}; looked into ${logs.length} logs` })
}

async function holds(log: string, id: SessionId): Promise<boolean> {
  try {
    for await (const { session } of readLogFolder(log)) if (session === id) return true
  } catch {
    // A damaged log must not hide the others; `sessions verify` reports it.
  }
  return false
}
