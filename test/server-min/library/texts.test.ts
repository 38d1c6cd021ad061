import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matcherOf } from '../../../server-min/library/search/matcher.ts'
import { LINE_OVERLAP, LONGEST_LINE, OutputLines } from '../../../server-min/library/search/output-lines.ts'
import { requiredTexts } from '../../../server-min/library/search/regex-texts.ts'
import { around } from '../../../server-min/library/search/search.ts'
import { openDatabase } from '../../../server-min/library/store/database.ts'
import { fold, matchExpression } from '../../../server-min/library/upkeep/fold.ts'

const ANY = fc.string({ unit: 'binary', maxLength: 40 })

describe('The full-text index', () => {
  it('finds every text in every line that contains it, whatever characters they are of', async () => {
    const { database } = await openDatabase(undefined)
    const insert = database.prepare('INSERT INTO command_text (rowid, text) VALUES (?, ?)')
    const find = database.prepare(
      'SELECT rowid FROM command_text WHERE command_text MATCH ? AND rowid < ? AND rowid >= ? ORDER BY rowid DESC',
    )
    let rowid = 0
    fc.assert(
      fc.property(ANY, ANY, ANY, (before, text, after) => {
        rowid += 1
        insert.run(rowid, fold(before + text + after))
        const expression = matchExpression([fold(text)])
        const contains = fold(before + text + after).includes(fold(text))
        if (expression !== undefined && contains) expect(find.get(expression, rowid + 1, rowid)).toEqual({ rowid })
      }),
      { numRuns: 500 },
    )
    database.close()
  })

  it.each([
    ['what follows a NUL', 'ls\0rm -rf /', 'RM -RF'],
    ['a quote', 'echo "hi"', '"HI"'],
    ['letters of either case beyond ASCII', 'cat ΑΣ ÄÖ', 'ας äö'],
    ['a line of several', 'for x\ndo y', 'X\nDO'],
  ])('finds %s', (_, line, text) => {
    expect(matcherOf({ pattern: { type: 'text', text } }).match([line])).not.toEqual([undefined])
  })
})

describe('The texts that a regular expression needs', () => {
  it.each<[string, string[]]>([
    ['kubectl', ['kubectl']],
    ['rm -rf .*secret', ['rm -rf ', 'secret']],
    ['a\\.b\\/c', ['a.b/c']],
    ['abcd?ef', ['abc']],
    ['abc+def', ['abc', 'def']],
    ['abc{2}def', ['def']],
    ['abc|def', []],
    ['(abc|def)ghi', ['ghi']],
    ['(?i:abc)def', []],
    ['[abc]def', ['def']],
    ['abc\\bdef', ['abc', 'def']],
    ['\\x41bcd', []],
    ['^abc$', ['abc']],
    ['abc😀*', ['abc']],
  ])('of %s', (source, texts) => {
    const found = requiredTexts(source)
    expect(found).toEqual(source.includes('😀') ? [] : texts)
  })

  it('stand in everything that it matches', () => {
    const part = fc.constantFrom(
      'abc',
      'x',
      '.',
      'd?',
      'e*',
      '(fgh|i)',
      '[jk]',
      '\\w',
      '\\.',
      'l{2}',
      'mno+',
      '(?:pq)?',
      '^',
      '|',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.stringMatching(/^[a-q.x]{0,30}$/), (parts, line) => {
        const source = parts.join('')
        if (new RegExp(source, 'm').test(line)) for (const text of requiredTexts(source)) expect(line).toContain(text)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('Lines of output', () => {
  const linesOf = (chunks: readonly Uint8Array[]): string[] => {
    const lines = new OutputLines()
    return [...chunks.flatMap((chunk) => lines.push(chunk, 1)), ...lines.finish(1)].map(({ text }) => text)
  }
  const HOSTILE =
    '\x1b[1;31mred\x1b[0m\r\n\x1b]0;title\x07a\tb\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\x9b2Kc\x90q\x9cd\0\x08é€😀\rlast'

  it('are without escape sequences, the same however they are cut', () => {
    const bytes = Buffer.from(HOSTILE)
    const whole = ['red', 'a\tblinkcdé€😀', 'last']
    expect(linesOf([bytes])).toEqual(whole)
    for (let at = 0; at <= bytes.length; at += 1)
      expect(linesOf([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole)
    expect(linesOf(Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(whole)
  })

  it('come in pieces that overlap where they are long, so that no short text is lost at a cut', () => {
    const text = 'needle'
    for (const at of [0, LONGEST_LINE - 3, LONGEST_LINE - LINE_OVERLAP - 3, 2 * LONGEST_LINE]) {
      const line = Buffer.from('x'.repeat(at) + text + 'x'.repeat(LONGEST_LINE))
      for (const chunks of [[line], [line.subarray(0, at + 2), line.subarray(at + 2)]]) {
        const lines = linesOf(chunks)
        expect(lines.some((one) => one.includes(text))).toBe(true)
        expect(Math.max(...lines.map((one) => one.length))).toBeLessThanOrEqual(LONGEST_LINE)
      }
    }
  })

  it.each(['\x1b]', '\x1b[', '\x9d', '\x1b', '\x1b[1;', '\x90\x1b', '\x1b]0;x'])(
    'take linear time for many of %o',
    (sequence) => {
      const time = (count: number): number => {
        const bytes = Buffer.from(sequence.repeat(count))
        const began = performance.now()
        linesOf([bytes])
        return performance.now() - began
      }
      time(20_000)
      const [small, large] = [Math.min(time(20_000), time(20_000), time(20_000)), time(200_000)]
      expect(large).toBeLessThan(Math.max(small, 2) * 60)
    },
  )

  it('are shown around what was found in them, with an ellipsis where they go on', () => {
    const line = `${'a'.repeat(5_000)}needle${'b'.repeat(5_000)}`
    const shown = around(line, { start: 5_000, end: 5_006 })
    expect(shown).toMatch(/^…a+needleb+…$/)
    expect(shown.length).toBeLessThan(4_010)
    expect(around('short', { start: 0, end: 1 })).toBe('short')
  })
})
