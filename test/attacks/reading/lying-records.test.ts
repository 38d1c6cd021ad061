/** A server that lies in the records of a session: what it says is refused by name, never by a stack trace. */
import { expect, test } from 'vitest'
import { CONTENT_TYPE, encodeContentFault, encodeReadRecord } from '../../../src/protocol/content.ts'
import { ATTACKS } from '../../reading/hostile.ts'
import { ID, RECORDS, SESSION, sendJson, serve } from '../../reading/rig.ts'

async function reading(bytes: Uint8Array): Promise<void> {
  await using served = await serve((url, response) => {
    if (!url.pathname.endsWith('/log')) return sendJson(response, SESSION)
    response.writeHead(200, { 'Content-Type': CONTENT_TYPE }).end(bytes)
  })
  for await (const _ of served.library.records(ID));
}

const [OPEN, INPUT, OUTPUT] = RECORDS.map(encodeReadRecord)
const PREFIX = 5

test.each([
  ['sequence number', 24],
  ['time', 32],
  ['clock', 40],
])('a %s as large as it can be is refused', async (_what, offset) => {
  const forged = Buffer.from(INPUT!)
  forged.fill(0xff, PREFIX + offset, PREFIX + offset + 8)
  const records = Buffer.concat([OPEN!, forged, OUTPUT!])
  await expect(reading(records)).rejects.toMatchObject({ code: 'KAE_READING_ANSWER_INVALID' })
})

test.each(ATTACKS.map((attack) => [attack]))('what is no code stands nowhere as one: %j', async (code) => {
  const fault = encodeContentFault({ code, message: 'words', next: 'more' })
  await expect(reading(fault)).rejects.toMatchObject({ code: 'KAE_READING_ANSWER_INVALID' })
})

test('a code of a newer server is passed on', async () => {
  const fault = encodeContentFault({ code: 'KAE_FUTURE_9', message: 'words', next: 'more' })
  await expect(reading(fault)).rejects.toMatchObject({ code: 'KAE_FUTURE_9', message: 'words', next: 'more' })
})
