import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { folderFault } from '../../../server-min/log/faults.ts'
import { segmentNames } from '../../../server-min/log/segment-header.ts'
import { errorCode } from '../../../server-min/log/storage.ts'
import { stateFolder } from '../../collector/state-folder.ts'
import { type Fault, isFault } from '../../protocol/fault.ts'
import type { SessionId } from '../../protocol/session-id.ts'
import { fault } from '../faults.ts'
import { counted } from '../print/counted.ts'
import { salvageRecords } from './salvage.ts'

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

export interface FoundLogs {
  readonly logs: readonly string[]
  /** Folders of which nobody can tell what is in them. */
  readonly unreadable: readonly { readonly folder: string; readonly why: Fault }[]
}

/** All logs, and what hides some: for whoever reports on everything. */
export async function findAllLogs(folders: readonly string[]): Promise<FoundLogs> {
  const unreadable: { folder: string; why: Fault }[] = []
  const note = (error: unknown, folder: string): [] => {
    const why = faultOfFolder(error, folder)
    if (why !== undefined) unreadable.push({ folder, why })
    return []
  }
  const logs = await Promise.all(folders.map((folder) => logsBelow(folder, DEPTH, note)))
  return { logs: logs.flat(), unreadable }
}

/** @throws Fault KAE_LOGS_NOT_FOUND for the first folder without any, and without anything that may hide some */
export async function requireLogsOrTrouble(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const { logs, unreadable } = await findAllLogs([folder])
    if (logs.length + unreadable.length === 0) throw fault('KAE_LOGS_NOT_FOUND', { detail: folder })
  }
}

type OnError = (error: unknown, folder: string) => []

function throwOnUnreadable(error: unknown, folder: string): [] {
  const why = faultOfFolder(error, folder)
  if (why === undefined) return []
  throw why
}

/** Of what is not there nothing is missing; but who asks what a folder holds must not take what is hidden for nothing. */
function faultOfFolder(error: unknown, folder: string): Fault | undefined {
  if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return undefined
  const why = folderFault(error, folder)
  if (isFault(why)) return why
  throw error
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

/**
 * The logs with a session: more than one where copies lie beside each other. A local session's folder has its name; others
 * are read. @throws Fault KAE_SESSION_NOT_FOUND
 */
export async function findLogsOf(id: SessionId, logs: readonly string[]): Promise<readonly string[]> {
  const named = logs.filter((log) => basename(log) === id)
  if (named.length > 0) return named
  const found: string[] = []
  for (const log of logs) if (await holds(log, id)) found.push(log)
  if (found.length > 0) return found
  throw fault('KAE_SESSION_NOT_FOUND', {
    detail: `${id}; looked into ${counted(logs.length, 'log')}, as far as they can be read`,
  })
}

/** A damaged log must not hide the others, nor what stands in it behind the damage; `sessions verify` reports it. */
async function holds(log: string, id: SessionId): Promise<boolean> {
  for await (const _ of salvageRecords(log, id)) return true
  return false
}
