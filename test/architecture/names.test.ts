import { describe, expect, it } from 'vitest'
import { readSource, sourceFiles } from './sources.ts'

const SOURCES = sourceFiles('src/**/*.{ts,tsx}', 'server-min/**/*.ts', 'scripts/*.ts', 'test/**/*.ts')

describe('names', () => {
  it('of files and folders say what they hold', () => {
    const vague = SOURCES.filter((file) => /(^|\/)(utils?|common|helpers?|misc|lib)(\/|\.|-)/.test(file))
    expect(vague).toEqual([])
  })
})

describe('sources', () => {
  it('stay short enough to read in one sitting', () => {
    const long = SOURCES.filter((file) => !file.startsWith('test/') && readSource(file).split('\n').length > 251)
    expect(long).toEqual([])
  })

  it('are tested without module mocks', () => {
    const mocking = SOURCES.filter((file) => /\bvi\.(mock|doMock)\(/.test(readSource(file)))
    expect(mocking.filter((file) => !file.startsWith('test/architecture/'))).toEqual([])
  })

  it('explain each suppression of a check', () => {
    const silent = SOURCES.filter((file) => /@ts-(ignore|nocheck|expect-error)\s*$/m.test(readSource(file)))
    expect(silent).toEqual([])
  })
})
