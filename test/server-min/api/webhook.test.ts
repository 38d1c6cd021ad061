import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { issue, makeAuthority } from '../../cluster/certificates.ts'
import { newId, openHello } from '../rig/client.ts'
import { execReview, responseOf } from '../rig/review.ts'
import { ServerRig } from '../rig/server.ts'

test('a body that is no review is a bad request, one that is too large is refused, and neither is an answer', async () => {
  await using rig = await ServerRig.start()
  const post = (body: string) => rig.ask('/admission/exec', { method: 'POST', body, as: 'nobody', headers: {} })
  for (const body of ['{', '[]', 'null', '{}', '"x"']) {
    const answer = await post(body)
    expect([body, answer.status, answer.json().kind]).toEqual([body, 400, 'Status'])
  }
  expect((await post(`"${'x'.repeat(1024 * 1024)}"`)).status).toBe(413)
})

test('a denial is an AdmissionReview with status 200', async () => {
  await using rig = await ServerRig.start()
  const answer = await rig.review(execReview({ uid: 'u1' }))
  expect(answer.status).toBe(200)
  expect(answer.json()).toMatchObject({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' })
  expect(responseOf(answer.json())).toMatchObject({ uid: 'u1', allowed: false })
})

test('where certificates are asked for, reviews without one consume nothing', async () => {
  await using rig = await ServerRig.make()
  const webhooks = await makeAuthority('webhook-ca')
  const webhookClientCaFile = join(rig.folder, 'webhook-ca.crt')
  writeFileSync(webhookClientCaFile, webhooks.certificate)
  await rig.serve({ webhookClientCaFile })
  const client = await rig.attach(newId(), { hello: openHello() })
  await client.next('opened')
  expect((await rig.review(execReview())).status).toBe(401)
  // The front proxy’s certificate is of another authority: it may not ask either, nor the other way round.
  expect((await rig.review(execReview(), { as: rig.proxy })).status).toBe(401)
  const apiServer = await issue(webhooks, { commonName: 'kube-apiserver' })
  await expect(rig.attach(newId(), { as: apiServer })).rejects.toThrow('status 401')
  expect(responseOf((await rig.review(execReview(), { as: apiServer })).json()).allowed).toBe(true)
})

test('a decision that the disk does not take in time is no yes', async () => {
  await using rig = await ServerRig.start({ drainMs: 10, reviewMs: 30 })
  const client = await rig.attach(newId(), { hello: openHello() })
  await client.next('opened')
  rig.log.hold()
  const answer = await rig.review(execReview())
  expect([answer.status, answer.json().reason]).toEqual([504, 'Timeout'])
})
