import { describe, expect, it } from 'vitest'
import { parseExecOrHelp } from '../../src/launch/parse-exec.ts'
import { routeOf } from '../../src/launch/route.ts'
import { readSource, sourceFiles } from './sources.ts'

/** `kube-audit-exec …` at the start of a line or of a code span, up to a comment, a redirection or the span's end. */
const COMMAND = /(?:^|`)(?:npx -y \S+|kube-audit-exec|kubectl audit-exec) ([^`\n#<]+)/gm

const commands = ['README.md', 'CHANGELOG.md'].flatMap((file) =>
  [...readSource(file).matchAll(COMMAND)].map(([, argv]) => argv!.trim()),
)

const manifest = JSON.parse(readSource('oclif.manifest.json')) as {
  readonly commands: Readonly<Record<string, { readonly flags: object }>>
}

describe('a command in the README', () => {
  it('is found at all', () => expect(commands.length).toBeGreaterThan(10))

  it.each([...new Set(commands)])('`%s` is one that this program understands', (command) => {
    const route = routeOf(command.split(/\s+/))
    switch (route.to) {
      case 'exec': {
        const parsed = parseExecOrHelp(route.argv, {})
        if (parsed.kind === 'exec') expect(parsed.invocation.resource).toBeDefined()
        break
      }
      case 'commands': {
        const words = route.argv.filter((word) => /^[a-z|]+$/.test(word))
        const [topic = '', alternatives = ''] = words
        const isWhole = alternatives === '' || topic in manifest.commands
        const ids = isWhole ? [topic] : alternatives.split('|').map((word) => `${topic}:${word}`)
        if (route.argv[0] !== '--help') expect(Object.keys(manifest.commands)).toEqual(expect.arrayContaining(ids))
        break
      }
      case 'version':
    }
  })
})

describe('a file that a page names', () => {
  const NAMED = /\b(?:src|server-min|test|scripts|docs)\/[\w./-]+\.(?:tsx?|md|yaml)\b/g

  it.each(sourceFiles('*.md', 'docs/**/*.md'))('in %s is there', (page) => {
    const named = [...readSource(page).matchAll(NAMED)].map(([path]) => path)
    expect(named.filter((path) => sourceFiles(path).length === 0)).toEqual([])
  })
})
