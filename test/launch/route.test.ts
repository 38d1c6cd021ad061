import { globSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { COMMAND_WORDS, routeOf } from '../../src/launch/route.ts'

const route = (line: string) => {
  const routed = routeOf(line === '' ? [] : line.split(' '))
  return routed.to === 'version' || routed.to === 'ui' ? routed.to : `${routed.to}: ${routed.argv.join(' ')}`
}

describe('an argv goes', () => {
  it.each([
    ['', 'ui'],
    ['ui -n prod', 'commands: ui -n prod'],
    ['--help', 'commands: --help'],
    ['-h', 'commands: --help'],
    ['help', 'commands: --help'],
    ['help exec', 'commands: exec --help'],
    ['--version', 'version'],
    ['version', 'version'],
    ['sandbox --serve', 'commands: sandbox --serve'],
    ['sessions log x', 'commands: sessions log x'],
    ['-n prod sessions list -A', 'commands: sessions list -n prod -A'],
    ['--context=b sessions log x', 'commands: sessions log --context=b x'],
    ['-n prod sessions -- sh', 'exec: -n prod sessions -- sh'],
    ['-it sessions', 'exec: -it sessions'],
    ['exec web-0 -- sh', 'exec: web-0 -- sh'],
    ['exec exec -- sh', 'exec: exec -- sh'],
    ['web-0', 'exec: web-0'],
    ['-it web-0 -- sh', 'exec: -it web-0 -- sh'],
    ['deploy/web -- sh', 'exec: deploy/web -- sh'],
    ['web-0 -- exec', 'exec: web-0 -- exec'],
    ['web-0 exec', 'exec: web-0 exec'],
    ['-n prod exec web-0 -- sh', 'exec: -n prod web-0 -- sh'],
    ['--namespace=prod exec web-0', 'exec: --namespace=prod web-0'],
    ['-n exec exec web-0', 'exec: -n exec web-0'],
    ['-n exec web-0', 'exec: -n exec web-0'],
    ['-itn exec web-0', 'exec: -itn exec web-0'],
    ['-it exec web-0', 'exec: -it web-0'],
    ['-nexec web-0', 'exec: -nexec web-0'],
    ['-nprod exec web-0', 'exec: -nprod web-0'],
    ['-- exec', 'exec: -- exec'],
    ['web-0 --version', 'exec: web-0 --version'],
  ])('`%s` → %s', (line, expected) => expect(route(line)).toBe(expected))

  it('to oclif by the first words of all commands but exec', () => {
    const files = globSync('**/*.ts', { cwd: 'src/commands' })
    const words = new Set(files.map((file) => file.replace(/(\/.*)?\.ts$/, '').split('/')[0]!))
    words.delete('exec')
    expect(new Set(COMMAND_WORDS)).toEqual(words)
  })
})
