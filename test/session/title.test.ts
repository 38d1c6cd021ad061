import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { showTitle, titleOf } from '../../src/session/title.ts'
import { targetOf } from '../rig/opening.ts'

const target = targetOf()

it('names the container and the context', () => {
  expect(titleOf(target, 'blue')).toBe('recorded: prod/web-0/app (blue)')
  expect(titleOf(target, '')).toBe('recorded: prod/web-0/app')
})

it('cannot end its own sequence, whatever a context is called', () => {
  expect(titleOf(target, 'a\x07\x1b]52;c;eA==\x07\x9c\nb')).not.toMatch(/[\p{Cc}]/u)
})

it('is not written into a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'title-'))
  const file = openSync(join(folder, 'out'), 'w')
  showTitle(file, { target, context: '', env: { TERM: 'xterm' } })
  closeSync(file)
  expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('')
  rmSync(folder, { recursive: true })
})
