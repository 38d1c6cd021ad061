import { expect, test } from 'vitest'
import { parseHello } from '../../../server-min/ingest/hello.ts'
import { openHello, TARGET } from '../rig/client.ts'

const open = (openHello() as { open: object }).open
const withTarget = (target: object) => ({ open: { ...open, target: { ...TARGET, ...target } } })

test('a complete hello is taken as it came, its keys in the client’s order', () => {
  const target = Object.fromEntries(Object.entries(TARGET).reverse())
  const parsed = parseHello({ open: { ...open, target } })
  expect(parsed.ok && 'open' in parsed.hello && JSON.stringify(parsed.hello.open.target)).toBe(JSON.stringify(target))
  expect(parseHello({ resume: { seq: 3, head: 'ab'.repeat(32) } })).toMatchObject({ ok: true })
})

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a list', []],
  ['neither open nor resume', {}],
  ['both open and resume', { open, resume: { seq: 0, head: 'ab'.repeat(32) } }],
  ['an unknown field', { open, more: 1 }],
  ['an unknown field in open', { open: { ...open, user: 'admin' } }],
  ['a field that would change its prototype', JSON.parse(`{"open":${JSON.stringify(open)},"__proto__":{}}`)],
  ['an unknown field in the target', withTarget({ node: 'n1' })],
  ['a missing field in the target', { open: { ...open, target: { ...TARGET, tty: undefined } } }],
  ['a flag that is no boolean', withTarget({ stdin: 'true' })],
  ['a pod with a path in its name', withTarget({ pod: '../secrets' })],
  ['a namespace in upper case', withTarget({ namespace: 'Default' })],
  ['an empty container', withTarget({ container: '' })],
  ['a command that is text', withTarget({ command: 'sh' })],
  ['an empty command', withTarget({ command: [] })],
  ['a command with a number', withTarget({ command: ['sh', 1] })],
  ['a command above 64 KiB in all', withTarget({ command: ['x'.repeat(40_000), 'y'.repeat(40_000)] })],
  ['more than 4096 words', withTarget({ command: Array(4097).fill('') })],
  ['a reason above 1 KiB', { open: { ...open, reason: 'ä'.repeat(513) } }],
  ['a reason that is no text', { open: { ...open, reason: null } }],
  ['an unknown record mode', { open: { ...open, record: 'None' } }],
  ['a client without a version', { open: { ...open, client: { name: 'x', platform: 'y' } } }],
  ['a resume at a negative record', { resume: { seq: -1, head: 'ab'.repeat(32) } }],
  ['a resume at half a record', { resume: { seq: 0.5, head: 'ab'.repeat(32) } }],
  ['a resume with a head in upper case', { resume: { seq: 1, head: 'AB'.repeat(32) } }],
  ['a resume with a short head', { resume: { seq: 1, head: 'ab' } }],
])('%s is refused', (_what, json) => {
  expect(parseHello(json)).toMatchObject({ ok: false })
})

test.each<[string, unknown]>([
  ['a pod of 253 characters', withTarget({ pod: 'a'.repeat(253) })],
  ['a namespace of 63', withTarget({ namespace: 'a'.repeat(63) })],
  ['a container of 63', withTarget({ container: 'a'.repeat(63) })],
  ['no container', withTarget({ container: undefined })],
  ['a pod with dots and dashes', withTarget({ pod: 'web-0.a-b.c' })],
  ['a command of 64 KiB in all', withTarget({ command: ['x'.repeat(32 * 1024), 'y'.repeat(32 * 1024)] })],
  ['4096 words, all empty', withTarget({ command: Array(4096).fill('') })],
  ['a reason of 1 KiB', { open: { ...open, reason: 'ä'.repeat(512) } }],
  ['an empty reason', { open: { ...open, reason: '' } }],
  ['a resume at the first record', { resume: { seq: 0, head: 'ab'.repeat(32) } }],
])('%s is taken', (_what, json) => {
  expect(parseHello(json)).toMatchObject({ ok: true })
})

test.each<[string, unknown]>([
  ['a pod of 254 characters', withTarget({ pod: 'a'.repeat(254) })],
  ['a namespace of 64', withTarget({ namespace: 'a'.repeat(64) })],
  ['a container of 64', withTarget({ container: 'a'.repeat(64) })],
  ['a pod that ends in a dash', withTarget({ pod: 'web-' })],
  ['a pod with a line end behind it', withTarget({ pod: 'web-0\n' })],
  ['a word above 64 KiB', withTarget({ command: ['x'.repeat(64 * 1024 + 1)] })],
  ['a client of 129 bytes', { open: { ...open, client: { name: 'x'.repeat(129), version: '', platform: '' } } }],
  ['a resume beyond all numbers', { resume: { seq: 2 ** 53, head: 'ab'.repeat(32) } }],
])('%s is refused, by one character', (_what, json) => {
  expect(parseHello(json)).toMatchObject({ ok: false })
})
