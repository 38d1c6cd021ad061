import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { HeldBack } from '../../src/player/held-back.ts'

it('what is said while a picture stands is said after it; progress is not', () => {
  const stream = new PassThrough({ encoding: 'utf8' })
  const held = new HeldBack(stream)
  held.hold()
  stream.write('a warning\n')
  stream.write('\r\x1b[K 50 %')
  stream.write(Buffer.from('and another\n'))
  expect(stream.read()).toBeNull()
  held.release()
  expect(stream.read()).toBe('a warning\nand another\n')
  stream.write('as before')
  expect(stream.read()).toBe('as before')
})
