import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commandInstead, quote } from '../../../server-min/admission/instead.ts'
import { TARGET } from '../rig/client.ts'

test('the command can be pasted', () => {
  expect(commandInstead(TARGET)).toBe('kubectl audit-exec -n default -it web-0 -c app -- sh -l')
  expect(commandInstead({ ...TARGET, tty: false, command: ['sh', '-c', "echo 'a b'"] })).toBe(
    `kubectl audit-exec -n default -i web-0 -c app -- sh -c 'echo '\\''a b'\\'''`,
  )
})

test('a shell reads every quoted word as the word it was', () => {
  const word = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !text.includes('\0'))
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const script = `printf '%s\\0' ${words.map(quote).join(' ')}`
      const output = execFileSync('bash', ['--norc', '-c', script], {
        env: { LC_ALL: 'C.UTF-8' },
        stdio: ['ignore', 'pipe', 'inherit'],
      }).toString()
      expect(output.split('\0').slice(0, -1)).toEqual(words)
    }),
    { numRuns: 60 },
  )
})

test('what a terminal would act on is never in the message', () => {
  const line = commandInstead({ ...TARGET, command: ['\u001b]0;owned\u0007', '\u202eevil', 'a\nb\r'] })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/)
})

test('a long command is cut, and shows that it was', () => {
  const line = commandInstead({ ...TARGET, command: ['😀'.repeat(10_000)] })
  expect(line.length).toBeLessThanOrEqual(401)
  expect(line.endsWith('…')).toBe(true)
  expect(line.isWellFormed()).toBe(true)
})
