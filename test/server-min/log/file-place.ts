import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AppendLog } from '../../../server-min/log/append-log.ts'
import { type FileLogOptions, openFileLog } from '../../../server-min/log/file-log.ts'
import type { LogPlace } from '../../contracts/append-log.ts'

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'log-test-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** A folder of real files. A crash leaves the log behind as it is; without its lock, so that the next can open it. */
export async function filePlace(options: Partial<FileLogOptions> = {}): Promise<LogPlace & { folder: string }> {
  const temporary = await temporaryFolder()
  const folder = join(temporary.path, 'log')
  return {
    folder,
    open: ({ now = Date.now } = {}): Promise<AppendLog> =>
      openFileLog({
        folder,
        now,
        lock: false,
        segmentBytes: 256 * 1024,
        reserveBytes: 4096,
        lowWaterBytes: 1,
        ...options,
      }),
    crash: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  }
}
