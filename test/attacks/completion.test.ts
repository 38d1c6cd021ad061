/** Names that others chose, under the Tab key: whatever a shell inserts, it runs none of it. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { harmless } from '../../src/launch/complete.ts'
import { type Candidate, completionText } from '../../src/launch/completion/candidates.ts'
import { completionScript } from '../../src/launch/completion/scripts.ts'
import { TerminalRun } from '../e2e/rig/terminal.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kae-tab-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const HOSTILE: readonly Candidate[] = [
  { value: 'web-0', description: 'Running; touch owned #' },
  { value: 'web-1', description: '$(touch owned)' },
  { value: 'web-2', description: '`touch owned`\n:$(touch owned)\t$(touch owned)' },
  { value: 'web-3', description: '+a[$(touch owned)] \x1b]0;owned\x07 %F{red}$(touch owned)' },
  ...['$(touch owned)', 'web`touch owned`', 'web;touch owned', 'web\ntouch owned', 'web|touch owned', '~/x', '!!'].map(
    (value) => ({ value }),
  ),
  ...['--server=http://evil', '-oProxyCommand', '=web', '{a,b}', 'web*', '<(touch owned)', "'$(touch owned)"].map(
    (value) => ({ value, description: 'x' }),
  ),
]

const PLACE = { place: { type: 'word' } } as const

test('a name that a shell would read as anything but a word is not offered', () => {
  expect(HOSTILE.flatMap(harmless(PLACE)).map(({ value }) => value)).toEqual(['web-0', 'web-1', 'web-2', 'web-3'])
})

const has = (shell: string): boolean => spawnSync('sh', ['-c', `command -v ${shell}`]).status === 0

const SHELLS = [
  {
    shell: 'bash',
    how: 'by Tab',
    argv: ['bash', '--norc', '--noprofile', '-i'],
    ready: 'echo re""ady',
    keys: ['\t\t', '\x1b*'],
  },
  {
    shell: 'bash',
    how: 'by a menu',
    argv: ['bash', '--norc', '--noprofile', '-i'],
    ready: 'bind \'TAB:menu-complete\'; echo re""ady',
    keys: ['\t', '\t\t', '\t\t\t'],
  },
  {
    shell: 'zsh',
    how: 'by Tab',
    argv: ['zsh', '-f', '-i'],
    before: 'autoload -U compinit; compinit -u -D; setopt PROMPT_SUBST; ',
    ready: 'echo re""ady',
    keys: ['\t', '\t\t', '\t\t\t'],
  },
  { shell: 'fish', how: 'by Tab', argv: ['fish', '--no-config', '-i'], ready: 'echo re""ady', keys: ['\t', '\t\t\r'] },
] as const

describe.each(SHELLS)('$shell, $how', ({ shell, argv, ready, keys, ...more }) => {
  test.skipIf(!has(shell))('runs nothing of what others wrote, and inserts none of it', async () => {
    const script = completionScript(shell)
    writeFileSync(join(folder, 'script'), script)
    writeFileSync(
      join(folder, 'answer'),
      completionText({ candidates: HOSTILE.flatMap(harmless(PLACE)), files: 'none' }),
    )
    // Stands in for the program: says what it was given, or answers as it would.
    const program = '#!/bin/sh\nif [ "$1" = __complete ]; then cat answer; else for w; do echo "<$w>"; done; fi\n'
    writeFileSync(join(folder, 'kube-audit-exec'), program)
    chmodSync(join(folder, 'kube-audit-exec'), 0o755)
    const env = { PATH: `${folder}:${process.env.PATH}`, HOME: folder, PS1: '> ', XDG_CONFIG_HOME: folder }
    await using terminal = new TerminalRun(argv, { env, cwd: folder })
    const before = 'before' in more ? more.before : ''
    terminal.type(`${before}source ./script; ${ready}\r`)
    await terminal.until(/^ready/m)
    for (const [index, pressed] of keys.entries()) {
      terminal.type(`kube-audit-exec exec ${pressed}`)
      terminal.type(` end${index}\r`)
      const shown = await terminal.until(new RegExp(`^<end${index}>`, 'm'), 10)
      const words = [...shown.matchAll(/^<(.*)>\r?$/gm)].map(([, word = '']) => word)
      expect(words.filter((word) => !/^(exec|web-[0-3]?|end\d)$/.test(word))).toEqual([])
    }
    expect(existsSync(join(folder, 'owned'))).toBe(false)
    expect(terminal.shown).not.toContain('\x1b]0;owned')
  })
})
