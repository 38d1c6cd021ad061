/** One review, two readings: what the API server meant and what we decide about must be the same, or the answer is no. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId, openHello } from '../server-min/rig/client.ts'
import { execReview, responseOf } from '../server-min/rig/review.ts'
import { AS_ALICE, ServerRig } from '../server-min/rig/server.ts'
import { pace, review, say, upgradeRequest } from './rig/raw.ts'

let rig: ServerRig
beforeEach(async () => {
  rig = await ServerRig.start()
  await (await rig.attach(newId(), { hello: openHello() })).next('opened')
})
afterEach(() => rig[Symbol.asyncDispose]())

const GOOD = JSON.stringify(execReview())
const answerTo = (body: string) => say(rig, review(body), { as: 'nobody' })
/** The same review with more text behind one of its names' values. */
const after = (found: RegExp, more: string) => GOOD.replace(found, (text) => `${text}${more}`)
const before = (found: RegExp, more: string) => GOOD.replace(found, (text) => `${more}${text}`)

test('the review that the others here are made of is allowed', async () => {
  expect(responseOf(JSON.parse((await answerTo(GOOD)).text.split('\r\n\r\n')[1] ?? '')).allowed).toBe(true)
})

test.each<[string, string]>([
  ['a second uid', before(/"uid":/, '"uid":"another",')],
  ['a second uid, escaped', before(/"uid":/, '"\\u0075id":"another",')],
  ['a second request', after(/"apiVersion":"admission.k8s.io\/v1",/, '"request":{"uid":"x"},')],
  ['a second command', before(/"command":/, '"command":["id"],')],
  ['a second command behind it', after(/"command":\["sh","-l"\]/, ',"command":["sh","-l"]')],
  ['a second userInfo', before(/"userInfo":/, '"userInfo":{"username":"bob","uid":"uid-bob"},')],
  ['a second username', before(/"username":/, '"username":"bob",')],
  ['a second extra', before(/"extra":/, '"extra":{"a":["b"]},')],
  ['a second operation', before(/"operation":/, '"operation":"DELETE",')],
  ['a second dryRun', before(/"dryRun":/, '"dryRun":true,')],
  ['a second stdin', before(/"stdin":/, '"stdin":false,')],
  ['a second name in a part that nobody reads', before(/"options":null/, '"options2":{"a":1,"a":2},')],
  ['__proto__ in it', before(/"options":null/, '"__proto__":{"dryRun":false},')],
  ['__proto__ in its object', before(/"command":/, '"__proto__":{"command":["sh","-l"]},')],
  ['__proto__ alone', '{"__proto__":{"request":{"uid":"x"}}}'],
  ['depth beyond all need', before(/"options":null/, `"more":${'['.repeat(200)}${']'.repeat(200)},`)],
  ['nothing but lists, 100,000 deep', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['nothing but objects, 100,000 deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ['lists that nobody closes', '['.repeat(500_000)],
  ['a byte order mark', `\ufeff${GOOD}`],
  ['more behind it', `${GOOD}{}`],
])('a review with %s is a bad request, at once, and uses nothing up', async (_what, body) => {
  expect(body).not.toBe(GOOD)
  const usual = await pace(rig)
  const { status, ms } = await answerTo(body)
  expect(status).toBe(400)
  expect(ms).toBeLessThan(100 * usual)
  expect(rig.log.records).toHaveLength(1)
})

test.each<[string, string]>([
  ['UID', before(/"uid":/, '"UID":"another",')],
  ['Operation', before(/"operation":/, '"Operation":"DELETE",')],
  ['DryRun', before(/"dryRun":/, '"DryRun":true,')],
  ['userinfo', before(/"userInfo":/, '"userinfo":{"username":"bob"},')],
  ['Username', before(/"username":/, '"Username":"bob",')],
  ['ſubResource, with a long s', before(/"subResource":/, '"ſubResource":"portforward",')],
  ['Object', before(/"object":/, '"Object":{},')],
  ['Command', before(/"command":/, '"Command":["id"],')],
  ['constructor', before(/"command":/, '"constructor":{"prototype":{}},')],
])('a review with %s beside the field that it means is denied', async (_what, body) => {
  expect(body).not.toBe(GOOD)
  const { status, text } = await answerTo(body)
  expect(status).toBe(200)
  expect(responseOf(JSON.parse(text.split('\r\n\r\n')[1] ?? '')).allowed).toBe(false)
  expect(rig.log.records).toHaveLength(1)
})

test('nothing of a review ends up on a prototype', async () => {
  await answerTo('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')
  const clean: Record<string, unknown> = {}
  expect(clean.polluted).toBeUndefined()
})

test.each<[string, string]>([
  ['twice the target', '"target":{},"target":'],
  ['__proto__', '"__proto__":{},"target":'],
])('a hello with %s is refused, in the header and as a message', async (_what, text) => {
  const json = JSON.stringify(openHello()).replace('"target":', text)
  const header = `kube-audit-exec-hello: ${Buffer.from(json).toString('base64url')}`
  expect((await say(rig, upgradeRequest(newId(), { headers: [header] }))).status).toBe(400)
  const client = await rig.attach(newId())
  client.pipe.send(Buffer.concat([Buffer.of(1), Buffer.from(json)]))
  expect(await client.refused()).toBe('KAE_HELLO_INVALID')
})

test('a hello nested 100,000 deep is refused', async () => {
  const client = await rig.attach(newId(), { headers: AS_ALICE })
  client.pipe.send(Buffer.concat([Buffer.of(1), Buffer.from(`{"open":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)]))
  expect(await client.refused()).toBe('KAE_HELLO_INVALID')
})
