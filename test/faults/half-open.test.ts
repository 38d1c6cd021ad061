import { expect, test } from 'vitest'
import { PIPE_LIMITS } from '../../server-min/api/ws-pipe.ts'
import { STREAM_TIMES } from '../../src/collector/stream.ts'
import { HEARTBEAT } from '../../src/collector/ws-pipe.ts'
import { halfOpen } from './half-open.ts'

/** A fiftieth of the real times, which the nightly command takes. */
const times = {
  client: { pingMs: 100, silenceMs: 300 },
  server: { ...PIPE_LIMITS, pingMs: 300, silenceMs: 600 },
  stream: { ...STREAM_TIMES, answerMs: 300, resumeMs: 600, retryMs: 10 },
}
/** For a machine that does much else; far less than a ping, which is what a late look would cost. */
const SLACK_MS = 90

test('Silence is noticed after 15 s by the client and 30 s by the collector, by default', () => {
  expect(HEARTBEAT.silenceMs).toBe(15_000)
  expect(PIPE_LIMITS.silenceMs).toBe(30_000)
  expect(STREAM_TIMES.resumeMs).toBe(30_000)
})

test('A connection that goes silent is noticed by both sides in their time, and the session goes on over another', async () => {
  const { clientMs, wrong } = await halfOpen(times, 'reachable')
  expect(wrong).toEqual([])
  expect(clientMs).toBeLessThan(times.client.silenceMs + SLACK_MS)
})

test('A line that stays dead stops the input, is let go by the collector, and ends the session', async () => {
  const { clientMs, serverMs, lostMs, wrong } = await halfOpen(times, 'dead')
  expect(wrong).toEqual([])
  expect(clientMs).toBeLessThan(times.client.silenceMs + SLACK_MS)
  expect(serverMs).toBeLessThan(times.server.silenceMs + SLACK_MS)
  expect(lostMs).toBeLessThan(times.client.silenceMs + times.stream.resumeMs + times.stream.answerMs + SLACK_MS)
})
