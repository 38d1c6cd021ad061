/** Regular expressions that would keep everybody else from reading, and texts that are not what they seem. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { openLogLibrary } from '../../../server-min/library/open-library.ts'
import { collect, draftOf, endOf, freshId, makePlace, openingOf, openLog } from '../../server-min/library/rig.ts'

const MATCHER = new URL('../../../server-min/library/search/matcher.ts', import.meta.url).href

/** In a process of its own: what V8 does not let go of would hang this one. */
async function searched(source: string): Promise<string> {
  const script = `
    const { matcherOf } = await import(${JSON.stringify(MATCHER)})
    const lines = ['a'.repeat(60_000) + '!', 'ab'.repeat(30_000), 'x'.repeat(1_000)]
    try {
      matcherOf({ pattern: { type: 'regex', source: ${JSON.stringify(source)} } }).match(lines)
      console.log('answered')
    } catch (error) {
      console.log(error.code)
    }`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 15_000,
  })
  return stdout.trim()
}

describe('a search ends, whatever it is for', () => {
  test.each([
    ['(a+)+$'],
    // V8 takes 2^n steps to make code of these, and cannot be stopped meanwhile.
    [`${'a?'.repeat(50)}${'a'.repeat(24)}`],
    [`${'a?'.repeat(500)}${'a'.repeat(24)}`],
    ['(?:(?:(?:a?){100}){100}){100}b'],
    ['((((a{1000}){1000}){100}))'],
    ['(?:x{1,9}){1,9}'.repeat(60)],
    ['(?<=(a*)*)b'],
  ])('%#', async (source) => {
    expect(['answered', 'KAE_SEARCH_TOO_SLOW', 'KAE_SEARCH_INVALID']).toContain(await searched(source))
  })
})

test('a text is no pattern and no syntax: it finds itself alone', async () => {
  await using place = await makePlace()
  const texts = [
    '100% _x_',
    `" OR text MATCH "*`,
    `'; DROP TABLE sessions; --`,
    'NEAR(abc def)',
    'a\0bcd',
    '\ud800xyz',
    '(((',
  ]
  const log = await openLog(place.folder)
  for (const text of [...texts, 'harmless words']) {
    const opening = openingOf({ command: [text] })
    await log.append(freshId(), [draftOf('open', opening), draftOf('end', endOf())])
  }
  await log.close()
  await using library = await openLogLibrary({ place: 'here', folders: [place.folder], indexFile: place.indexFile })
  const found = (text: string, sessions: object = {}) =>
    collect(library.search({ pattern: { type: 'text', text }, output: false, sessions, limit: 99 }))
  for (const text of texts.map((each) => each.replaceAll("'", '')))
    for (const hit of await found(text.slice(0, 6))) expect(hit.line).not.toContain('harmless')
  expect(await found('100%')).toHaveLength(1)
  expect(await found('%')).toHaveLength(1)
  expect(await found('_')).toHaveLength(1)
  for (const value of texts) {
    const fields = { user: value, pod: value, container: value, namespace: value, command: value }
    for (const [name, text] of Object.entries(fields)) {
      const { items } = await library.list({ [name]: text }, { limit: 99 })
      expect(items.length).toBeLessThanOrEqual(name === 'command' ? 1 : 0)
    }
  }
  expect((await library.list({}, { limit: 99 })).items).toHaveLength(texts.length + 1)
})
