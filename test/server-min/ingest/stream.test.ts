import { expect, test } from 'vitest'
import { createCollector } from '../../../server-min/collector.ts'
import { commitmentOf, placeRecord, recordHash } from '../../../src/protocol/chain.ts'
import { decodeEntry } from '../../../src/protocol/record.ts'
import { MemoryLog } from '../../rig/memory-log.ts'
import { connect, draft, endDraft, newId, openHello } from '../rig/client.ts'

test('a session is opened, its records are acknowledged with the chain’s head, and it ends', async () => {
  const log = new MemoryLog()
  const collector = createCollector({ log })
  const id = newId()
  const client = connect(collector, { id, hello: openHello() })
  const { entry } = await client.next('opened')
  const decoded = decodeEntry(entry)
  if (!decoded.ok) throw new Error(decoded.reason)
  const head = recordHash(decoded.header, commitmentOf(decoded.record.salt, decoded.record.payload))
  const input = draft('input', 'ls\r', 10)
  client.append(1, input)
  const ack = await client.next('ack')
  expect(ack.seq).toBe(1)
  expect(ack.head).toEqual(placeRecord(input, { session: id, seq: 1, time: ack.time, link: head }).hash)
  client.append(2, endDraft(20))
  expect((await client.next('ack')).seq).toBe(2)
  expect(await client.end()).toEqual({ code: 1000, reason: 'session ended' })
  expect(log.of(id).map(({ kind }) => kind)).toEqual(['open', 'input', 'end'])
})
