import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CollectorConnector } from '../../src/collector/connector.ts'
import { CollectorStream, STREAM_TIMES } from '../../src/collector/stream.ts'
import { memoryPipes } from '../../src/protocol/pipe.ts'
import { address, Cable, draft, endDraft, listening, request } from './rig.ts'

const times = { ...STREAM_TIMES, answerMs: 1000, resumeMs: 1500, retryMs: 10 }
let cable: Cable
beforeEach(async () => {
  cable = await Cable.lay()
})
afterEach(() => cable[Symbol.asyncDispose]())

async function open() {
  const opened = await CollectorStream.open({ connector: cable, address, request, times })
  const heard = listening()
  opened.stream.listen(heard.listener)
  return { ...opened, ...heard }
}
const last = (events: readonly string[]) =>
  vi.waitFor(() => expect(events.some((event) => /failed|resumed/.test(event))).toBe(true), 5000)

describe('a session stream', () => {
  it('opens with the identity that the collector verified, not with one that the client gives', async () => {
    const { opening } = await open()
    expect(opening.user.username).toBe('alice')
    expect(opening).toMatchObject({ authentication: 'request-header', target: request.target })
  })

  it('makes records durable in their order and ends when its end is durable', async () => {
    const { stream, events } = await open()
    for (const text of ['l', 's', '\r']) stream.append(draft(text))
    await stream.end(endDraft())
    expect(events.at(-1)).toBe('durable 4')
    expect(await cable.input()).toBe('ls\r')
    expect((await cable.records()).map(({ kind }) => kind)).toEqual(['open', 'input', 'input', 'input', 'end'])
  })

  it('resumes after a broken connection without loss or duplicate', async () => {
    const { stream, events } = await open()
    stream.append(draft('before '))
    cable.break()
    stream.append(draft('meanwhile '))
    await last(events)
    stream.append(draft('after'))
    await stream.end(endDraft())
    expect(await cable.input()).toBe('before meanwhile after')
    expect(events.filter((event) => !event.startsWith('durable'))).toEqual(['interrupted', 'resumed'])
  })

  it('takes acks that were lost with the connection as acks, and sends those records once', async () => {
    const { stream, events } = await open()
    cable.deaf = true
    stream.append(draft('recorded, ack lost'))
    await vi.waitFor(async () => expect(await cable.input()).toBe('recorded, ack lost'))
    cable.deaf = false
    cable.break()
    await last(events)
    expect(events).toEqual(['interrupted', 'durable 1', 'resumed'])
    await stream.end(endDraft())
    expect(await cable.input()).toBe('recorded, ack lost')
  })

  it('survives a restart of the collector in the middle of typing', async () => {
    const { stream, events } = await open()
    stream.append(draft('one '))
    await vi.waitFor(() => expect(events).toContain('durable 1'))
    const restarted = cable.restart()
    stream.append(draft('two '))
    await restarted
    await last(events)
    await stream.end(endDraft())
    expect(await cable.input()).toBe('one two ')
  })

  it('fails when the collector does not come back in time', async () => {
    const { events } = await open()
    cable.cut = true
    cable.break()
    await last(events)
    expect(events).toEqual(['interrupted', 'failed KAE_COLLECTOR_LOST'])
  })

  it('rejects the end, and tells nobody else, when the collector is lost while it waits for that ack', async () => {
    const { stream, events } = await open()
    cable.deaf = true
    const ending = stream.end(endDraft())
    cable.cut = true
    cable.break()
    await expect(ending).rejects.toMatchObject({ code: 'KAE_COLLECTOR_LOST' })
    expect(events).toEqual(['interrupted'])
  })
})

describe('a collector that is not honest', () => {
  it('is noticed when its chain is not the one that follows from what was sent', async () => {
    const { stream, events } = await open()
    cable.tamper = (message) => {
      message[message.length - 1]! ^= 1
      return message
    }
    stream.append(draft('rm -rf /'))
    await last(events)
    expect(events).toEqual(['failed KAE_CHAIN_MISMATCH'])
  })

  it('is noticed when it acknowledges what was never sent', async () => {
    const { stream, events } = await open()
    cable.tamper = (message) => {
      if (message[0] === 0x82) message[8]! += 1
      return message
    }
    stream.append(draft('a'))
    await last(events)
    expect(events).toEqual(['failed KAE_COLLECTOR_NONSENSE'])
  })

  it('is refused when it opens another session than the one asked for', async () => {
    const other = { ...request, target: { ...request.target, command: ['true'] } }
    const connector: CollectorConnector = {
      ...cable,
      place: '',
      close: () => cable.close(),
      connect: (to) => cable.connect(to, { open: other }),
    }
    await expect(CollectorStream.open({ connector, address, request, times })).rejects.toMatchObject({
      code: 'KAE_CHAIN_MISMATCH',
    })
  })

  it.each([
    ['text that is no message', 'KAE_COLLECTOR_NONSENSE', Buffer.from('HTTP/1.1 200 OK')],
    ['nothing at all', 'KAE_COLLECTOR_SILENT', undefined],
  ])('is left in bounded time when it answers with %s', async (_, code, answer) => {
    const connector: CollectorConnector = {
      place: '',
      close: () => Promise.resolve(),
      connect: () => {
        const [ours, theirs] = memoryPipes()
        if (answer !== undefined) theirs.send(answer)
        return Promise.resolve(ours)
      },
    }
    const opening = CollectorStream.open({ connector, address, request, times: { ...times, answerMs: 50 } })
    await expect(opening).rejects.toMatchObject({ code })
  })
})
