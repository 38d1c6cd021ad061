import { describe, expect, test } from 'vitest'
import { withKubercDefaults } from '../../src/launch/kuberc-defaults.ts'
import { parseExec } from '../../src/launch/parse-exec.ts'

const defaults = (command: string, ...options: { name: string; value: string }[]) => [{ command, options }]
const parsed = (argv: string[], given: ReturnType<typeof defaults>) => parseExec(withKubercDefaults(argv, given), {})

describe('kuberc’s defaults', () => {
  test('are taken for flags that were not given', () => {
    const given = defaults('exec', { name: 'stdin', value: 'true' }, { name: 'container', value: 'app' })
    expect(parsed(['web-0', '--', 'ls'], given)).toMatchObject({ stdin: true, container: 'app', command: ['ls'] })
  })

  test.each([
    ['--stdin=false', ['--stdin=false', 'web-0', '--', 'ls']],
    ['its short name', ['-i=false', 'web-0', '--', 'ls']],
  ])('give way to %s', (_, argv) => {
    expect(parsed(argv, defaults('exec', { name: 'stdin', value: 'true' }))).toMatchObject({ stdin: false })
  })

  test('of other commands change nothing', () => {
    expect(withKubercDefaults(['web-0'], defaults('get', { name: 'output', value: 'json' }))).toEqual(['web-0'])
  })

  test('of the same name behind the dashes are the command’s own', () => {
    const given = defaults('exec', { name: 'stdin', value: 'true' })
    expect(parsed(['web-0', '--', 'cat', '--stdin=false'], given)).toMatchObject({
      stdin: true,
      command: ['cat', '--stdin=false'],
    })
  })

  test('for a flag that exec does not have are refused, and the file is named as the reason', () => {
    expect(() => withKubercDefaults(['web-0'], defaults('exec', { name: 'output', value: 'json' }))).toThrow(/kuberc/)
  })
})
