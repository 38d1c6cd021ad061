import { rmSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openCredentials } from '../../src/kube/credentials.ts'
import { makeHome } from './rig/home.ts'

describe('a token file', () => {
  const open = (path: string, now: () => number) =>
    openCredentials({ certificate: undefined, authorization: { kind: 'token-file', path, token: 'first' } }, { now })

  test('is read again after fifty seconds and not before', async () => {
    using home = makeHome()
    let now = 0
    const credentials = open(home.write('token', 'one\n'), () => now)
    const first = await credentials.current()
    expect(first.authorization).toBe('Bearer one')
    home.write('token', 'two\n')
    now = 50_000
    expect(await credentials.current()).toBe(first)
    now = 50_001
    expect((await credentials.current()).authorization).toBe('Bearer two')
  })

  test('is read again at once after a 401, which makes sense only if it changed', async () => {
    using home = makeHome()
    const credentials = open(home.write('token', 'one'), () => 0)
    const refused = await credentials.current()
    expect(await credentials.refresh(refused)).toBe(false)
    home.write('token', 'two')
    expect(await credentials.refresh(refused)).toBe(true)
    expect((await credentials.current()).authorization).toBe('Bearer two')
  })

  test('that is gone or empty leaves the last good token in place', async () => {
    using home = makeHome()
    let now = 0
    const path = home.write('token', 'one')
    const credentials = open(path, () => now)
    await credentials.current()
    for (const spoil of [() => home.write('token', ' \n'), () => rmSync(path)]) {
      spoil()
      now += 60_000
      expect((await credentials.current()).authorization).toBe('Bearer one')
    }
  })
})

describe('a pair of certificate files', () => {
  test('is the same object until its bytes change', async () => {
    using home = makeHome()
    const files = { kind: 'files', certFile: home.write('c', 'cert'), keyFile: home.write('k', 'key') } as const
    const credentials = openCredentials({ certificate: files, authorization: { kind: 'none' } })
    const first = await credentials.current()
    expect(await credentials.current()).toBe(first)
    home.write('c', 'rotated')
    const second = await credentials.current()
    expect(second.certificate?.cert.toString()).toBe('rotated')
    expect(second).not.toBe(first)
  })
})
