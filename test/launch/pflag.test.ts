import { describe, expect, it } from 'vitest'
import { EXEC_FLAGS } from '../../src/launch/exec-flags.ts'
import { parseFlags } from '../../src/launch/pflag.ts'

const parse = (line: string) => {
  const { values, words, wordsBeforeDashes } = parseFlags(line === '' ? [] : line.split(' '), EXEC_FLAGS)
  return { ...Object.fromEntries(values), words: words.join(' '), dashes: wordsBeforeDashes }
}

/** What kubectl's own flag set makes of each line: pflag 1.0.9 with the flags of `kubectl exec`. */
const ACCEPTED: [line: string, result: object][] = [
  ['', { words: '' }],
  ['web-0', { words: 'web-0' }],
  ['-it web-0 -- sh', { stdin: true, tty: true, words: 'web-0 sh', dashes: 1 }],
  ['-i -t web-0', { stdin: true, tty: true, words: 'web-0' }],
  ['-itc app web-0', { stdin: true, tty: true, container: 'app', words: 'web-0' }],
  ['-itcapp web-0', { stdin: true, tty: true, container: 'app', words: 'web-0' }],
  ['-itc=app web-0', { stdin: true, tty: true, container: 'app', words: 'web-0' }],
  ['-capp web-0', { container: 'app', words: 'web-0' }],
  ['-c=app web-0', { container: 'app', words: 'web-0' }],
  ['-c= web-0', { container: '=', words: 'web-0' }],
  ['-c app -c other web-0', { container: 'other', words: 'web-0' }],
  ['-cit web-0', { container: 'it', words: 'web-0' }],
  ['-i=false web-0', { stdin: false, words: 'web-0' }],
  ['-ti=0 web-0', { tty: true, stdin: false, words: 'web-0' }],
  ['--stdin=false web-0', { stdin: false, words: 'web-0' }],
  ['--stdin=T web-0', { stdin: true, words: 'web-0' }],
  ['--stdin false web-0', { stdin: true, words: 'false web-0' }],
  ['-n prod web-0', { namespace: 'prod', words: 'web-0' }],
  ['-nprod web-0', { namespace: 'prod', words: 'web-0' }],
  ['--namespace=prod web-0', { namespace: 'prod', words: 'web-0' }],
  ['--namespace prod web-0', { namespace: 'prod', words: 'web-0' }],
  ['--namespace= web-0', { namespace: '', words: 'web-0' }],
  ['--container=a=b web-0', { container: 'a=b', words: 'web-0' }],
  ['-n -- web-0', { namespace: '--', words: 'web-0' }],
  ['--container --tty web-0', { container: '--tty', words: 'web-0' }],
  ['web-0 -c app -- ls -l -c x', { container: 'app', words: 'web-0 ls -l -c x', dashes: 1 }],
  ['web-0 -- -- x', { words: 'web-0 -- x', dashes: 1 }],
  ['web-0 --', { words: 'web-0', dashes: 1 }],
  ['-- web-0', { words: 'web-0', dashes: 0 }],
  ['- web-0', { words: '- web-0' }],
  ['--as-group=a --as-group b,c web-0', { 'as-group': ['a', 'b,c'], words: 'web-0' }],
  ['--pod_running_timeout=5s web-0', { 'pod-running-timeout': '5s', words: 'web-0' }],
  ['-v6 web-0', { v: '6', words: 'web-0' }],
]

const REFUSED: [line: string, code: string, message: string][] = [
  ['--nope', 'KAE_FLAG_UNKNOWN', '--nope'],
  ['--nope=1', 'KAE_FLAG_UNKNOWN', '--nope'],
  ['--toString', 'KAE_FLAG_UNKNOWN', '--toString'],
  ['--no-stdin', 'KAE_FLAG_UNKNOWN', '--no-stdin'],
  ['-x', 'KAE_FLAG_UNKNOWN', '-x'],
  ['-ix', 'KAE_FLAG_UNKNOWN', '-x'],
  ['---', 'KAE_FLAG_SYNTAX', '---'],
  ['--=x', 'KAE_FLAG_SYNTAX', '--=x'],
  ['-n', 'KAE_FLAG_VALUE_MISSING', '-n'],
  ['-in', 'KAE_FLAG_VALUE_MISSING', '-n'],
  ['--namespace', 'KAE_FLAG_VALUE_MISSING', '--namespace'],
  ['--stdin=', 'KAE_FLAG_VALUE_INVALID', '--stdin='],
  ['--stdin=yes', 'KAE_FLAG_VALUE_INVALID', '--stdin=yes'],
  ['-i=yes', 'KAE_FLAG_VALUE_INVALID', '-i=yes'],
]

describe('the flag grammar', () => {
  it.each(ACCEPTED)('reads `%s` as kubectl does', (line, result) => {
    expect(parse(line)).toEqual({ dashes: undefined, ...result })
  })

  it.each(REFUSED)('refuses `%s`, as kubectl does, with %s', (line, code, message) => {
    expect(() => parse(line)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }))
  })

  it.each(['--help', '-h', '-ih', 'web-0 --help --nope', '-h --nope'])('stops at the help flag in `%s`', (line) => {
    expect(parseFlags(line.split(' '), EXEC_FLAGS).help).toBe(true)
  })

  it('leaves --help after the dashes to the command', () => {
    expect(parseFlags(['web-0', '--', 'ls', '--help'], EXEC_FLAGS).help).toBe(false)
  })

  it('says that the dashes are missing where the unknown flag is likely the command’s own', () => {
    expect(() => parse('web-0 ls -la')).toThrow(
      expect.objectContaining({ next: expect.stringContaining('kube-audit-exec web-0 -- ls') }),
    )
  })
})

describe('the flag table', () => {
  it('gives no letter to two flags', () => {
    const letters = Object.values(EXEC_FLAGS).flatMap((flag) => flag.char ?? [])
    expect(new Set(letters).size).toBe(letters.length)
  })
})
