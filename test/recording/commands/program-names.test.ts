import { describe, expect, it } from 'vitest'
import { screenProgram, startsPager } from '../../../src/recording/commands/program-names.ts'

describe('a program that took the screen', () => {
  it('is the one that the newest line starts', () => {
    expect(screenProgram(['cd x && vim y', 'psql'], 'bash')).toBe('vim')
    expect(screenProgram(['git commit'], 'bash')).toBe('git')
  })

  it('is the reader of lines that are no shell’s', () => {
    expect(screenProgram(['table jobs;', 'psql -U x'], 'bash')).toBe('psql')
    expect(screenProgram(['table jobs;'], 'psql shop')).toBe('psql')
  })

  it('is not a reader that was left', () => {
    expect(screenProgram(['git log', '\\q', 'psql'], 'bash')).toBe('git')
  })

  it('is the session’s own where nothing was entered', () => {
    expect(screenProgram([], 'top -d 1')).toBe('top')
  })
})

describe('a pager', () => {
  it.each(['less x', 'man ls', 'git log --oneline', 'git -C x diff', 'ls | less'])('is started by %j', (line) => {
    expect(startsPager(line)).toBe(true)
  })

  it.each(['git log | cat', 'git commit', 'lessons', 'cat less'])('is not started by %j', (line) => {
    expect(startsPager(line)).toBe(false)
  })
})
