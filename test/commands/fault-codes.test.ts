/** docs/errors.md promises a code for every failure that a person can act on: each is provoked, or it says here why not. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

const CODES = [...readFileSync(join(ROOT, 'docs/errors.md'), 'utf8').matchAll(/^### (KAE_\w+)$/gm)].map(
  ([, code = '']) => code,
)

/** What no test of a person's machine can bring about. */
const UNPROVOKED: Readonly<Record<string, string>> = {
  KAE_INDEX_BEHIND: 'lasts as long as the first index of a large log is made',
  KAE_SANDBOX_PLATFORM: 'needs Windows',
  KAE_SANDBOX_UNPROVEN:
    'would be a bug: the sandbox checks its own session, and test/commands/sandbox.test.ts that it passes',
}

function textsBelow(folder: string, isWanted: (name: string) => boolean): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && isWanted(name))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'))
}

const names = (texts: readonly string[]): ReadonlySet<string> =>
  // The rooms of kubeconfig and network leave the prefix that all their codes share out of their tables.
  new Set(texts.flatMap((text) => [...text.matchAll(/\b(?:KAE_)?[A-Z]+(?:_[A-Z0-9]+)+\b/g)].map(([name]) => name)))

it('is provoked by some test, whatever its code', () => {
  const tests = names(textsBelow('test', (name) => !name.endsWith('fault-codes.test.ts')))
  const provoked = (code: string): boolean => tests.has(code) || tests.has(code.replace(/^KAE_KUBE_/, ''))
  const missing = CODES.filter((code) => !provoked(code) && !Object.hasOwn(UNPROVOKED, code))
  expect(missing).toEqual([])
  expect(Object.keys(UNPROVOKED).filter((code) => provoked(code) || !CODES.includes(code))).toEqual([])
})

it('is said by some room, and does not stand in the catalogue alone', () => {
  const isSource = (name: string): boolean => !/(^|\/)faults\.ts$/.test(name)
  const rooms = names([...textsBelow('src', isSource), ...textsBelow('server-min', isSource)])
  // These are made of the words of a network error, or of a kind of thing in a kubeconfig.
  const MADE = /^KAE_KUBE_(TLS_(UNTRUSTED|WRONG_NAME|FAILED)|(CONTEXT|CLUSTER|USER)_UNKNOWN)$/
  expect(CODES.filter((code) => !rooms.has(code) && !MADE.test(code))).toEqual([])
})
