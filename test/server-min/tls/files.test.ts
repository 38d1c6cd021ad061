import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { isOpen, readKeyFile } from '../../../server-min/tls/key-file.ts'
import { readServingPair } from '../../../server-min/tls/serving-pair.ts'
import { watchFiles } from '../../../server-min/tls/watch-files.ts'
import { issue, makeAuthority } from '../../cluster/certificates.ts'

const folder = mkdtempSync(join(tmpdir(), 'kae-tls-'))
afterAll(() => rmSync(folder, { recursive: true }))
const authority = await makeAuthority('ca')
const [one, two] = await Promise.all([issue(authority, { commonName: 'one' }), issue(authority, { commonName: 'two' })])

function write(name: string, content: string, mode = 0o600): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fine',
    (error: { code: string }) => error.code,
  )

test.each([0o640, 0o604, 0o620, 0o644, 0o660, 0o777])(
  'a key file with mode %o is refused, and the next step names chmod',
  async (mode) => {
    const path = write('open.key', one.key, mode)
    await expect(readKeyFile(path)).rejects.toMatchObject({
      code: 'KAE_KEY_FILE_OPEN',
      next: `Take it from all but the server’s user: chmod 600 ${path}`,
    })
  },
)

test.each([0o600, 0o400])('a key file with mode %o is read', async (mode) => {
  expect(await readKeyFile(write('closed.key', one.key, mode))).toBe(one.key)
})

test('a mounted secret may be readable by the pod’s own group and by nobody else', () => {
  const pod = { uid: 65532, groups: [65532] }
  const secret = { uid: 0, gid: 65532 }
  expect(isOpen({ ...secret, mode: 0o440 }, pod)).toBe(false)
  expect(isOpen({ ...secret, mode: 0o444 }, pod)).toBe(true)
  expect(isOpen({ ...secret, mode: 0o460 }, pod)).toBe(true)
  expect(isOpen({ ...secret, gid: 0, mode: 0o440 }, { uid: 65532, groups: [0, 65532] })).toBe(true)
  expect(isOpen({ ...secret, mode: 0o440 }, { uid: 65532, groups: [7] })).toBe(true)
  expect(isOpen({ ...secret, uid: 65532, mode: 0o440 }, pod)).toBe(true)
  expect(isOpen({ ...secret, mode: 0o440 }, { uid: 0, groups: [65532] })).toBe(true)
})

test('a certificate with the key of another is refused', async () => {
  const certFile = write('one.crt', one.certificate)
  expect(await code(readServingPair({ certFile, keyFile: write('one.key', one.key) }))).toBe('fine')
  expect(await code(readServingPair({ certFile, keyFile: write('two.key', two.key) }))).toBe('KAE_TLS_FILE_UNUSABLE')
})

test.each([
  ['missing', undefined],
  ['empty', ''],
  ['not PEM', 'hello'],
])('a file that is %s is refused', async (name, content) => {
  const certFile = content === undefined ? join(folder, 'nowhere') : write(`${name}.crt`, content)
  expect(await code(readServingPair({ certFile, keyFile: write('one.key', one.key) }))).toBe('KAE_TLS_FILE_UNUSABLE')
})

test('files are looked at by what they hold', async () => {
  const path = write('watched', 'a')
  let changes = 0
  const watch = await watchFiles({
    paths: [path],
    everyMs: 60_000,
    changed: async () => {
      changes += 1
    },
  })
  await watch.check()
  write('watched', 'a')
  await watch.check()
  expect(changes).toBe(0)
  write('watched', 'b')
  await watch.check()
  rmSync(path)
  await watch.check()
  expect(changes).toBe(2)
  watch.close()
})
