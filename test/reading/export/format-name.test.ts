import { expect, it } from 'vitest'
import { chooseFormat } from '../../../src/reading/export/format-name.ts'

it('tells whoever writes -o as they do for kubectl what it is here', () => {
  expect(() => chooseFormat({ output: 'json', onTerminal: false })).toThrow(
    expect.objectContaining({
      code: 'KAE_EXPORT_FORMAT_UNKNOWN',
      next: 'Here -o names the file. For the format write --format json.',
    }),
  )
  expect(chooseFormat({ output: 'json', format: 'json', onTerminal: false })).toBe('json')
})
