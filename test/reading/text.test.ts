import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { matcherOf } from '../../src/reading/first-match.ts'
import { momentLink, parseMoment, parseReference } from '../../src/reading/moment.ts'
import { plainPaint } from '../../src/reading/print/paint.ts'
import { tableLines } from '../../src/reading/print/table.ts'
import { cutToWidth, textWidth, wrapWords } from '../../src/reading/print/text-width.ts'
import { ageWords, durationWords, microsOf, parseTime } from '../../src/reading/print/times.ts'
import { yamlText } from '../../src/reading/print/yaml-text.ts'
import { HOSTILE } from './hostile.ts'

describe('a moment of a session', () => {
  it.each([
    ['83.2', 83_200_000],
    ['0', 0],
    ['1m23s', 83_000_000],
    ['1m23.25s', 83_250_000],
    ['1h', 3_600_000_000],
    ['1:23', 83_000_000],
    ['1:02:03.5', 3_723_500_000],
  ])('is written %s', (text, micros) => expect(parseMoment(text)).toBe(micros))

  it.each(['', 'noon', '1:99', '-1', '1e3', '3m2h', '1.2.3'])('is not written %j', (text) =>
    expect(parseMoment(text)).toBeUndefined(),
  )

  it('is a link that leads to itself, and never past what it links to', () => {
    const link = momentLink('0199c0de', 83_299_999)
    expect(link).toBe('0199c0de@83.2')
    expect(parseReference(link)).toEqual({ name: '0199c0de', at: 83_200_000 })
  })
})

describe('times', () => {
  const now = Date.UTC(2026, 0, 2, 12) * 1000

  it.each([
    ['2h', now - 7_200e6],
    ['1d12h', now - 129_600e6],
    ['2026-01-02T09:30Z', Date.UTC(2026, 0, 2, 9, 30) * 1000],
    ['2026-01-02T09:30:00+01:00', Date.UTC(2026, 0, 2, 8, 30) * 1000],
    ['2026-01-02', new Date(2026, 0, 2).getTime() * 1000],
  ])('are understood as %s', (text, micros) => expect(parseTime(text, now)).toBe(micros))

  it.each(['', 'yesterday', '2026', '2h ago', '2026-13-01', '9999999d'])('are not understood as %j', (text) =>
    expect(parseTime(text, now)).toBeUndefined(),
  )

  it('keep their microseconds', () => expect(microsOf('1970-01-01T00:00:01.000002Z')).toBe(1_000_002))

  it('are told in two digits', () => {
    expect([0, 59e6, 150e6, 7_200e6, 40 * 86_400e6].map(ageWords)).toEqual(['0s', '59s', '2m', '2h', '5w'])
    expect([4, 12_345, 245_000, 3_720_000].map(durationWords)).toEqual(['4ms', '12.3s', '4m05s', '1h02m'])
  })
})

describe('text', () => {
  it('has the width that a terminal gives it', () => {
    expect(['abc', '漢字', 'e\u0301', '😀'].map(textWidth)).toEqual([3, 4, 1, 2])
  })

  it.each([
    ['abcdef', 4, 'abc…'],
    ['abcd', 4, 'abcd'],
    ['漢字漢字', 5, '漢字…'],
    ['漢字漢字', 4, '漢…'],
  ])('%s is cut to %d columns as %s', (text, width, cut) => expect(cutToWidth(text, width)).toBe(cut))

  it('is cut in a time that does not grow with what is cut away', () => {
    const time = (text: string): number => {
      const began = performance.now()
      for (let round = 0; round < 200; round += 1) cutToWidth(text, 20)
      return performance.now() - began
    }
    const marks = `e${'\u0301'.repeat(1_000_000)}`
    expect(time(marks)).toBeLessThan(50 * time(marks.slice(0, 1000)) + 50)
    expect(cutToWidth(marks, 20).length).toBeLessThan(200)
  })

  it('is wrapped between words', () =>
    expect(wrapWords('one two three verylongword x', 9)).toEqual(['one two', 'three', 'verylongword', 'x']))
})

describe('a table', () => {
  const columns = [
    { heading: 'ID' },
    { heading: 'NAME', least: 4 },
    { heading: 'N', right: true },
    { heading: 'WHAT', least: 5 },
  ]
  const rows = [
    ['1', 'a-long-name', '7', 'what was done here'],
    ['22', 'b', '10', 'x'],
  ].map((row) => row.map((text) => ({ text })))

  it('is as wide as its cells where no terminal limits it', () =>
    expect(tableLines(columns, rows, { paint: plainPaint, width: undefined, headings: true })).toEqual([
      'ID  NAME          N  WHAT',
      '1   a-long-name   7  what was done here',
      '22  b            10  x',
    ]))

  it.each([30, 20])('fits into %d columns, and what may not be cut is whole', (width) => {
    const lines = tableLines(columns, rows, { paint: plainPaint, width, headings: false })
    expect(lines.every((line) => textWidth(line) <= width)).toBe(true)
    expect(lines[1]).toMatch(/^22 {2}b +10 {2}x$/)
    expect(lines[0]).toContain('…')
  })
})

describe('YAML', () => {
  it.each([
    [{ a: 1, b: [1, { c: 'x', d: [] }], e: {}, f: null, g: true }],
    [
      {
        words: ['yes', 'null', '1', '1.5', '0x1', '2026-01-01', '~', '', ' x', 'a: b', '- a', '#', 'a #b', "it's", '"'],
      },
    ],
    [{ [HOSTILE.replaceAll('\udb40\udc41', '')]: HOSTILE }],
    [[[1, [2]], { a: [[]] }]],
    [{ long: 'word '.repeat(100) }],
  ])('says what a parser of it reads back: %j', (value) => {
    const text = yamlText(value)
    expect(load(text)).toEqual(value)
    expect(text).toMatch(/^[\n -~]*$/)
  })
})

describe('a match', () => {
  it('is found by text in either case, and by expression', () => {
    expect(matcherOf({ type: 'text', text: 'RM' })('a rm b')).toEqual({ start: 2, end: 4 })
    expect(matcherOf({ type: 'regex', source: 'r.' })('a rm b')).toEqual({ start: 2, end: 4 })
    expect(matcherOf({ type: 'regex', source: 'x' })('a rm b')).toBeUndefined()
  })

  it('is not looked for without end', () => {
    const match = matcherOf({ type: 'regex', source: '^(a+)+$' })
    const began = performance.now()
    for (let line = 0; line < 100; line += 1) expect(match(`${'a'.repeat(60)}!`)).toBeUndefined()
    expect(performance.now() - began).toBeLessThan(5000)
  })
})
