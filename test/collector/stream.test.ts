import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CollectorConnector } from '../../src/collector/connector.ts'
import { fault } from '../../src/collector/faults.ts'
import { CollectorStream, STREAM_TIMES } from '../../src/collector/stream.ts'
import { encodeAck, encodeFault, encodeOpened, encodeResumed } from '../../src/protocol/messages.ts'
import { type MessagePipe, memoryPipes } from '../../src/protocol/pipe.ts'
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

describe('two programs with one session', () => {
  it('do not take it from each other again and again: the older one ends', async () => {
    const older = await open()
    const newer = await open()
    await last(older.events)
    expect(older.events).toEqual(['failed KAE_SESSION_REPLACED'])
    newer.stream.append(draft('still here'))
    await newer.stream.end(endDraft())
    expect(await cable.input()).toBe('still here')
    expect(newer.events.filter((event) => !event.startsWith('durable'))).toEqual([])
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

/** A collector that opens the session honestly and then says what a test makes it say. */
function scripted(after: (pipe: MessagePipe, connects: number) => void): CollectorConnector {
  let connects = 0
  return {
    place: '',
    close: () => Promise.resolve(),
    connect: async (to, hello) => {
      connects += 1
      const [ours, theirs] = memoryPipes()
      if ('resume' in hello) {
        after(theirs, connects)
        return ours
      }
      const opened = await cable.connect(to, hello)
      opened.receive({
        message: (bytes) => {
          theirs.send(bytes)
          after(theirs, connects)
        },
        closed: () => undefined,
      })
      return ours
    },
  }
}

async function openScripted(after: (pipe: MessagePipe, connects: number) => void) {
  const { events, listener } = listening()
  const { stream } = await CollectorStream.open({ connector: scripted(after), address, request, times })
  stream.listen(listener)
  return { stream, events }
}

describe('a live stream', () => {
  it.each([
    ['what is no message', Buffer.of(0x99)],
    ['an ack that is cut short', Buffer.of(0x82, 1)],
    ['that it was resumed', encodeResumed(1)],
    ['that it was opened again', encodeOpened({ windowBytes: 1, windowRecords: 1 }, Buffer.alloc(0))],
  ])('ends where its collector says %s', async (_, message) => {
    const { stream, events } = await openScripted((pipe) => pipe.send(message))
    await last(events)
    expect(events).toEqual(['failed KAE_COLLECTOR_NONSENSE'])
    await expect(stream.end(endDraft())).rejects.toMatchObject({ code: 'KAE_COLLECTOR_NONSENSE' })
  })

  it('ends with the fault that its collector sent, also where nobody listened yet', async () => {
    const full = encodeFault(fault('KAE_COLLECTOR_REFUSED'))
    const { stream } = await CollectorStream.open({
      connector: scripted((pipe) => pipe.send(full)),
      address,
      request,
      times,
    })
    await vi.waitFor(async () =>
      expect(await stream.end(endDraft()).catch(({ code }) => code)).toBe('KAE_COLLECTOR_REFUSED'),
    )
    const { events, listener } = listening()
    stream.listen(listener)
    expect(events).toEqual(['failed KAE_COLLECTOR_REFUSED'])
  })

  it('says nothing more after it was abandoned, and does not come back', async () => {
    const { stream, events } = await open()
    stream.abandon()
    cable.break()
    await expect(stream.end(endDraft())).rejects.toMatchObject({ code: 'KAE_COLLECTOR_LOST' })
    expect(events).toEqual([])
  })
})

describe('a stream that is resumed', () => {
  /** Breaks the first pipe, and answers those after it. */
  const resumed = (answer: (pipe: MessagePipe, tries: number) => void) =>
    openScripted((pipe, connects) => {
      if (connects === 1) pipe.close(1006, '')
      else answer(pipe, connects - 1)
    })

  it.each([
    ['with a fault that no other try mends', encodeFault(fault('KAE_COLLECTOR_FORBIDDEN')), 'KAE_COLLECTOR_FORBIDDEN'],
    [
      'by another message',
      encodeOpened({ windowBytes: 1, windowRecords: 1 }, Buffer.alloc(0)),
      'KAE_COLLECTOR_NONSENSE',
    ],
    ['at a record that is not the next', encodeResumed(5), 'KAE_COLLECTOR_NONSENSE'],
    ['at a record that is durable already', encodeResumed(0), 'KAE_COLLECTOR_NONSENSE'],
  ])('ends where it is answered %s', async (_, message, code) => {
    const { events } = await resumed((pipe) => pipe.send(message))
    await last(events)
    expect(events).toEqual(['interrupted', `failed ${code}`])
  })

  it('tries again where the collector goes away in the middle of its answer', async () => {
    const { events } = await resumed((pipe, tries) => {
      if (tries < 3) pipe.close(1006, '')
      else pipe.send(encodeResumed(1))
    })
    await last(events)
    expect(events).toEqual(['interrupted', 'resumed'])
  })

  it('fails once, however much nonsense comes with it', async () => {
    const never = encodeAck({ seq: 9, time: 1, head: Buffer.alloc(32) })
    const { events } = await resumed((pipe) => {
      for (const message of [never, never, encodeResumed(1)]) pipe.send(message)
    })
    await last(events)
    await vi.waitFor(() => expect(events).toEqual(['interrupted', 'failed KAE_COLLECTOR_NONSENSE']))
  })

  it('does not come back where it was abandoned meanwhile, and lets the connection go', async () => {
    const asked = Promise.withResolvers<MessagePipe>()
    const { stream, events } = await resumed((pipe) => asked.resolve(pipe))
    const pipe = await asked.promise
    stream.abandon()
    const closed = new Promise((resolve) => pipe.receive({ message: () => undefined, closed: resolve }))
    pipe.send(encodeResumed(1))
    expect(await closed).toBe(1000)
    expect(events).toEqual(['interrupted'])
  })

  it('closes a connection that nobody answers, and gives up in its time', async () => {
    const closed: number[] = []
    const { events } = await resumed((pipe) =>
      pipe.receive({ message: () => undefined, closed: (code) => void closed.push(code) }),
    )
    await last(events)
    expect(events).toEqual(['interrupted', 'failed KAE_COLLECTOR_LOST'])
    expect(closed).toContain(1000)
  })
})
