import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const TERMINAL = join(import.meta.dirname, '../../src/session/terminal.ts')

test('what a cluster puts into our words cannot drive the terminal', () => {
  const script = `import { processTerminal } from ${JSON.stringify(TERMINAL)}; processTerminal.say('pod a\\u001b]0;x\\u0007b')`
  const { stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script])
  expect(String(stderr)).toBe('pod a\u{fffd}]0;x\u{fffd}b\n')
  expect(String(stdout)).toBe('')
})
