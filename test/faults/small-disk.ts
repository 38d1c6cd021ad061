import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [MOUNT, UNMOUNT] = ['mount', 'umount'] as const

/** Why no small file system can be mounted here, or undefined. */
export function whyNoSmallDisk(): string | undefined {
  if (process.platform !== 'linux') return 'tmpfs is for Linux'
  if (process.getuid?.() !== 0) return 'not root'
  try {
    using disk = mountSmallDisk(1024 * 1024)
    return disk.free() > 0 ? undefined : 'tmpfs has no size'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

export interface SmallDisk extends Disposable {
  readonly path: string
  free(): number
}

/** A real file system of so many bytes, in memory. */
export function mountSmallDisk(bytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'small-disk-'))
  const mounted = spawnSync(MOUNT, ['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'tmpfs', path])
  if (mounted.status !== 0) {
    rmdirSync(path)
    throw new Error(`mount: ${mounted.stderr?.toString().trim() ?? mounted.error?.message}`)
  }
  return {
    path,
    free() {
      const { bavail, bsize } = statfsSync(path)
      return bavail * bsize
    },
    [Symbol.dispose]() {
      // Lazily: a test that failed may have left a file open.
      spawnSync(UNMOUNT, ['-l', path])
      rmdirSync(path)
    },
  }
}
