/** Where a document goes: a file that appears when it is whole, or stdout. */
import { randomBytes } from 'node:crypto'
import { type FileHandle, link, lstat, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Writable } from 'node:stream'
import { escapeText } from '../../recording/escape.ts'
import { fault } from './faults.ts'
import { Gatherer, type Piece } from './gatherer.ts'

export interface Sink {
  write(piece: Piece): Promise<void>
  /** Everything was written. Until then nobody sees a file. */
  commit(): Promise<void>
  /** Takes away what was written and not committed. */
  discard(): Promise<void>
}

/** @throws what the stream says, EPIPE where its reader has gone */
export function stdoutSink(stream: Writable): Sink {
  const gatherer = new Gatherer((bytes) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    stream.write(bytes, (error) => (error ? reject(error) : resolve()))
    return promise
  })
  return {
    write: (piece) => gatherer.write(piece),
    commit: () => gatherer.flush(),
    discard: () => Promise.resolve(),
  }
}

export interface FileOptions {
  readonly path: string
  /** Replaces a file that is there. */
  readonly force: boolean
}

/** A file for its owner alone. It is written under another name beside it. @throws Fault KAE_EXPORT_* */
export async function fileSink({ path, force }: FileOptions): Promise<Sink> {
  await refuseExisting(path, force)
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`)
  const handle = await writing(path, open(temporary, 'wx', 0o600))
  const gatherer = new Gatherer((bytes) => writing(path, handle.writeFile(bytes)))
  return {
    write: (piece) => gatherer.write(piece),
    commit: async () => {
      await gatherer.flush()
      await writing(path, handle.close())
      await (force ? writing(path, rename(temporary, path)) : appear(temporary, path))
    },
    discard: async () => {
      await handle.close().catch(() => undefined)
      await rm(temporary, { force: true })
    },
  }
}

const READ_BYTES = 64 * 1024

/** Bytes that are kept outside of memory until they are wanted. The file has no name: it is gone with the program. */
export async function openSpool(folder: string): Promise<Spool> {
  const path = join(folder, `.kube-audit-exec.${randomBytes(6).toString('hex')}.part`)
  const handle = await writing(path, open(path, 'wx+', 0o600))
  await rm(path)
  return new Spool(handle)
}

export class Spool implements AsyncDisposable {
  readonly #handle: FileHandle
  readonly #gatherer: Gatherer

  constructor(handle: FileHandle) {
    this.#handle = handle
    this.#gatherer = new Gatherer((bytes) => handle.writeFile(bytes))
  }

  write(piece: Piece): Promise<void> {
    return this.#gatherer.write(piece)
  }

  /** All that was written, in pieces that may cut a character. */
  async *read(): AsyncGenerator<Buffer> {
    await this.#gatherer.flush()
    const chunk = Buffer.allocUnsafeSlow(READ_BYTES)
    for (let position = 0; ; ) {
      const { bytesRead } = await this.#handle.read(chunk, 0, chunk.length, position)
      if (bytesRead === 0) return
      position += bytesRead
      yield chunk.subarray(0, bytesRead)
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#handle.close()
  }
}

async function refuseExisting(path: string, force: boolean): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return
  const detail = escapeText(path)
  // Taking the place of a device or a link would harm others who use it.
  if (!found.isFile()) throw fault('KAE_EXPORT_NOT_A_FILE', { detail })
  if (!force) throw fault('KAE_EXPORT_EXISTS', { detail })
}

/** Gives the file its name only if nobody else did meanwhile. */
async function appear(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path)
    await rm(temporary)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw fault('KAE_EXPORT_EXISTS', { detail: escapeText(path) })
    }
    // Some file systems know no second names.
    await refuseExisting(path, false)
    await writing(path, rename(temporary, path))
  }
}

async function writing<Result>(path: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException
    throw fault('KAE_EXPORT_WRITE_FAILED', { detail: escapeText(`${path}: ${code}`), cause })
  }
}
