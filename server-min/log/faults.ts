import { type FaultDefinition, faultsOf, isFault } from '../../src/protocol/fault.ts'
import { errorCode, isNoSpace } from './storage.ts'

export const LOG_FAULTS = {
  KAE_LOG_FOLDER_UNSAFE: {
    exit: 1,
    summary: 'The folder of the log can be written by others',
    next: 'Use a folder of this user alone (chmod 700). On a shared volume name a subfolder that does not exist yet.',
  },
  KAE_LOG_FOLDER_UNUSABLE: {
    exit: 1,
    summary: 'The folder of the log cannot be used',
    next: 'Check that it is a folder on a writable disk, and that this user may read and write it.',
  },
  KAE_LOG_MISSING: {
    exit: 1,
    http: 404,
    summary: 'There is no log in the folder',
    next: 'Check the path: a log is a folder that holds files named segment-….log.',
  },
  KAE_LOG_LOCKED: {
    exit: 1,
    summary: 'Another process holds the log',
    next: 'Stop that process, or give this one a folder of its own. The lock goes with its process; there is no file to delete.',
  },
  KAE_LOG_CORRUPT: {
    exit: 1,
    summary: 'The log is damaged where it was already committed',
    next: 'Keep a copy of the folder, then restore the named file from a backup or start on an empty folder. Nothing was changed.',
  },
  KAE_LOG_DISK_FULL: {
    exit: 1,
    http: 507,
    summary: 'There is no room left to record',
    next: 'Free disk space, or ask whoever runs the collector to do so. Recording goes on by itself as soon as there is room.',
  },
  KAE_LOG_FAILED: {
    exit: 1,
    http: 503,
    summary: 'The log could not be written, and nobody knows what of the last batch is durable',
    next: 'Look for disk errors, then start the collector again: it recovers by reading the log anew.',
  },
  KAE_LOG_CLOSED: {
    exit: 1,
    http: 503,
    summary: 'The log was closed',
    next: 'Start the session again when the collector is back: it is shutting down.',
  },
} as const satisfies Record<`KAE_LOG_${string}`, FaultDefinition>

export const fault = faultsOf(LOG_FAULTS)

/**
 * ENOENT: the folder went away, or one of its parents could not be made (Node hides why a recursive mkdir failed).
 * EFTYPE, ENXIO: something else stands where a file should (see node-storage.ts, lock.ts).
 */
const UNUSABLE = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'EISDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'EEXIST',
  'ENOENT',
  'EFTYPE',
  'ENXIO',
])

/** What a failure to open or read a folder means to a person; a bug of ours stays what it is. */
export function folderFault(error: unknown, folder: string): unknown {
  if (isFault(error)) return error
  const detail = errorCode(error) === 'EFTYPE' ? String(error) : `${folder} (${errorCode(error)})`
  if (isNoSpace(error)) return fault('KAE_LOG_DISK_FULL', { detail, cause: error })
  if (errorCode(error) === 'EIO') return fault('KAE_LOG_FAILED', { detail, cause: error })
  return UNUSABLE.has(errorCode(error)) ? fault('KAE_LOG_FOLDER_UNUSABLE', { detail, cause: error }) : error
}
