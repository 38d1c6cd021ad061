import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { HeldBack } from '../../src/player/held-back.ts'

it('what is said while a picture stands is said after it, and of progress the last', () => {
  const stream = new PassThrough({ encoding: 'utf8' })
  const held = new HeldBack(stream)
  held.hold()
  stream.write('a warning\n')
  stream.write('\r\x1b[K 50 %')
  stream.write('\r\x1b[K')
  stream.write(Buffer.from('and another\n'))
  expect(stream.read()).toBeNull()
  held.release()
  expect(stream.read()).toBe('\r\x1b[Ka warning\nand another\n')
  stream.write('as before')
  expect(stream.read()).toBe('as before')
})
