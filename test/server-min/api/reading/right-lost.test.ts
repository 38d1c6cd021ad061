/** Streams that run while the cluster takes the right away, or cannot be asked any more. The API that is asked is a real one. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { accessOfCluster } from '../../../../server-min/api/access-cluster.ts'
import { sessionsPath } from '../../../../src/protocol/api.ts'
import type { SessionId } from '../../../../src/protocol/session-id.ts'
import { draft, endDraft } from '../../rig/client.ts'
import { ReviewApi } from '../../rig/review-api.ts'
import { type Reader, ReadingRig } from './rig.ts'

let api: ReviewApi
let rig: ReadingRig
let live: SessionId
beforeEach(async () => {
  api = await ReviewApi.start()
  rig = await ReadingRig.start({ reviewAccess: await accessOfCluster(api.kubeconfig), readAgainMs: 50 })
  live = await rig.session({}, [draft('input', 'first\r')])
})
afterEach(async () => {
  await rig[Symbol.asyncDispose]()
  await api[Symbol.asyncDispose]()
})

/** A follower of the log in two formats, and a watcher. */
async function streamsOf(user: string): Promise<{ json: Reader; text: Reader; watch: Reader }> {
  const log = `${sessionsPath('default', live, 'log')}?follow=true`
  const [json, text, watch] = await Promise.all([
    rig.open(`${log}&format=json`, user),
    rig.open(log, user),
    rig.open(`${sessionsPath('default')}?watch=true`, user),
  ])
  for (const reader of [json, text]) await reader.until((shown) => shown.includes('input'))
  await watch.until((shown) => shown.includes(live))
  return { json, text, watch }
}

const lastLine = ({ text }: Reader): string => text.trimEnd().split('\n').at(-1) ?? ''

const FAILURES = [
  ['says no', { allowed: false }, 'KAE_READ_REVOKED', 403],
  ['fails', 500, 'KAE_READ_UNREVIEWED', 503],
  ['does not answer', 'silence', 'KAE_READ_UNREVIEWED', 503],
  ['is gone', 'gone', 'KAE_READ_UNREVIEWED', 503],
] as const

describe('an auditor’s streams end, and say why, when the cluster', () => {
  test.for(FAILURES)('%s', { timeout: 90_000 }, async ([, answer, reason, code]) => {
    const streams = await streamsOf('carol')
    if (answer === 'gone') await api.goAway()
    else api.answer = answer
    const ends = await Promise.all([streams.json.end(), streams.text.end(), streams.watch.end()])
    // A watch has an event for it; HTTP says of the others that they are not whole.
    expect(ends).toEqual(['cut', 'cut', 'whole'])
    const status = { kind: 'Status', code, details: { causes: [{ reason }] } }
    expect(JSON.parse(lastLine(streams.json))).toMatchObject(status)
    expect(JSON.parse(lastLine(streams.watch))).toMatchObject({ type: 'ERROR', object: status })
    expect(streams.text.text).toContain(`(${reason})`)
    await rig.server.log.append(live, [draft('input', 'second\r')])
    for (const { text } of Object.values(streams)) expect(text).not.toContain('second')
  })
})

test('one’s own sessions go on, whatever becomes of the cluster', { timeout: 90_000 }, async () => {
  // Of a session without a terminal nothing is withheld, so that nothing rests on a right.
  live = await rig.session({ target: { tty: false } }, [draft('input', 'first\r')])
  const [own, auditors] = await Promise.all([streamsOf('alice'), streamsOf('carol')])
  await api.goAway()
  expect(await auditors.text.end()).toBe('cut')
  await rig.server.log.append(live, [draft('output', 'second'), endDraft()])
  expect(await Promise.all([own.json.end(), own.text.end()])).toEqual(['whole', 'whole'])
  expect(own.text.text).toContain('second')
})
