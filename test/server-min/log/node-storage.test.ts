import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeStorage } from '../../../server-min/log/node-storage.ts'
import { temporaryFolder } from './file-place.ts'

describe('The storage on node files', () => {
  it.runIf(process.platform === 'linux')(
    'asks the kernel to sync, which says that it cannot for /dev/null',
    async () => {
      const file = await nodeStorage.open('/dev/null', 'write')
      await expect(file.sync()).rejects.toMatchObject({ code: 'EINVAL', syscall: 'fdatasync' })
      await file.close()
    },
  )

  it.runIf(process.platform === 'linux')('tells a full disk from other errors', async () => {
    const file = await nodeStorage.open('/dev/full', 'write')
    await expect(file.write(0, Buffer.from('x'))).rejects.toMatchObject({ code: 'ENOSPC' })
    await file.close()
  })

  it('never opens an existing file as a new one', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'file')
    await (await nodeStorage.open(path, 'create')).close()
    await expect(nodeStorage.open(path, 'create')).rejects.toMatchObject({ code: 'EEXIST' })
  })

  it('makes every missing folder of a path for its owner alone', async () => {
    await using folder = await temporaryFolder()
    await nodeStorage.makeFolder(join(folder.path, 'a', 'b', 'c'))
    for (const path of ['a', 'a/b', 'a/b/c']) expect((await stat(join(folder.path, path))).mode & 0o777).toBe(0o700)
  })

  it('knows how much room a folder has', async () => {
    await using folder = await temporaryFolder()
    expect(await nodeStorage.freeBytes(folder.path)).toBeGreaterThan(0)
  })
})
