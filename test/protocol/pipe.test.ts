import { describe, expect, it } from 'vitest'
import { type MessagePipe, memoryPipes } from '../../src/protocol/pipe.ts'

function record(pipe: MessagePipe): string[] {
  const events: string[] = []
  pipe.receive({
    message: (bytes) => void events.push(bytes.toString()),
    closed: (code, reason) => void events.push(`closed ${code} ${reason}`),
  })
  return events
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('a pipe in memory', () => {
  it('delivers in order, also what came before its receiver', async () => {
    const [left, right] = memoryPipes()
    left.send(Buffer.from('1'))
    await settled()
    left.send(Buffer.from('2'))
    const events = record(right)
    left.send(Buffer.from('3'))
    await settled()
    expect(events).toEqual(['1', '2', '3'])
  })

  it('tells both ends of its close once, after all that was sent, and drops what comes later', async () => {
    const [left, right] = memoryPipes()
    const [atLeft, atRight] = [record(left), record(right)]
    left.send(Buffer.from('last'))
    left.close(1000, 'done')
    left.send(Buffer.from('lost'))
    right.close(1001, 'again')
    right.send(Buffer.from('lost'))
    await settled()
    expect(atRight).toEqual(['last', 'closed 1000 done'])
    expect(atLeft).toEqual(['closed 1000 done'])
  })
})
