/** What the log needs of a file system. The node implementation is node-storage.ts; tests put faults in. */

export interface StoredFile {
  size(): Promise<number>
  /** Up to `length` bytes from `position`; fewer only at the end of the file. A fresh buffer each time. */
  read(position: number, length: number): Promise<Buffer>
  /** As much as `room` holds, from `position`; resolves to how much came, less only at the end of the file. */
  readInto(position: number, room: Uint8Array): Promise<number>
  /** Writes all of it, or rejects. What was written before a rejection is unknown. */
  write(position: number, bytes: Uint8Array): Promise<void>
  /** Resolves when all that was written, and the file's length, survive the loss of power. Never to be retried. */
  sync(): Promise<void>
  truncate(length: number): Promise<void>
  close(): Promise<void>
}

/** `create` fails where the file exists. Files are made for their owner alone. */
export type OpenMode = 'read' | 'write' | 'create'

export interface FolderState {
  readonly mode: number
  readonly uid: number
}

export interface Storage {
  /** Makes the folder, for its owner alone, and its parents, durably. */
  makeFolder(folder: string): Promise<void>
  /** Undefined where there is no such folder. */
  folderState(folder: string): Promise<FolderState | undefined>
  list(folder: string): Promise<readonly string[]>
  open(path: string, mode: OpenMode): Promise<StoredFile>
  rename(from: string, to: string): Promise<void>
  /** Does nothing where there is no such file. */
  remove(path: string): Promise<void>
  /** Makes the folder's entries durable: files created, renamed and removed in it. */
  syncFolder(folder: string): Promise<void>
  /** Bytes that this user may still write; infinite where the file system does not say. */
  freeBytes(folder: string): Promise<number>
}

const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

export const isNoSpace = (error: unknown): boolean => error instanceof Error && NO_SPACE.has(errorCode(error))

export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''
