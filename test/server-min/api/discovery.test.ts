import { afterAll, beforeAll, expect, test } from 'vitest'
import { AS_ALICE, ServerRig } from '../rig/server.ts'

let rig: ServerRig
beforeAll(async () => {
  rig = await ServerRig.start()
})
afterAll(() => rig[Symbol.asyncDispose]())

const GROUP = 'kube-audit-exec.io'
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

test('discovery in its older form is complete', async () => {
  expect((await rig.ask('/apis')).json()).toMatchObject({ kind: 'APIGroupList', groups: [{ name: GROUP }] })
  const group = (await rig.ask(`/apis/${GROUP}`)).json()
  expect(group).toMatchObject({ kind: 'APIGroup', preferredVersion: { groupVersion: `${GROUP}/v1alpha1` } })
  const answer = await rig.ask(`/apis/${GROUP}/v1alpha1`)
  expect(answer.headers['content-type']).toBe('application/json')
  expect(answer.json()).toMatchObject({
    kind: 'APIResourceList',
    resources: [
      { name: 'sessions', singularName: 'session', shortNames: ['sess'], verbs: ['get', 'list', 'watch'] },
      { name: 'sessions/attach', namespaced: true, verbs: ['create', 'get'] },
      { name: 'sessions/log', verbs: ['get'] },
      { name: 'sessions/terminate', verbs: ['create'] },
      { name: 'commands', verbs: ['list'] },
    ],
  })
})

test.each([
  [`${AGGREGATED},application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json`, 'v2'],
  ['application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json', 'v2beta1'],
])('aggregated discovery answers in the version that was asked for', async (accept, version) => {
  const answer = await rig.ask('/apis', { headers: { ...AS_ALICE, accept } })
  expect(answer.headers['content-type']).toBe(AGGREGATED.replace('v=v2', `v=${version}`))
  expect(answer.headers.vary).toBe('Accept')
  expect(answer.json()).toMatchObject({
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    items: [
      {
        metadata: { name: GROUP },
        versions: [
          {
            version: 'v1alpha1',
            resources: [{ resource: 'sessions', verbs: ['get', 'list', 'watch'] }, { resource: 'commands' }],
          },
        ],
      },
    ],
  })
})

test.each([
  'application/json',
  '*/*',
  'text/html',
  'application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList',
])('asked for %s, it answers with the older form', async (accept) => {
  const answer = await rig.ask('/apis', { headers: { ...AS_ALICE, accept } })
  expect([answer.headers['content-type'], answer.json().kind]).toEqual(['application/json', 'APIGroupList'])
})

test('OpenAPI is there in both versions, and names what is there', async () => {
  expect((await rig.ask('/openapi/v2')).json()).toMatchObject({ swagger: '2.0' })
  const index = (await rig.ask('/openapi/v3')).json() as { paths: Record<string, { serverRelativeURL: string }> }
  const entry = index.paths[`apis/${GROUP}/v1alpha1`]!
  const document = (await rig.ask(entry.serverRelativeURL)).json() as { openapi: string; paths: object }
  expect(document.openapi).toMatch(/^3\./)
  expect(Object.keys(document.paths)).toContain(`/apis/${GROUP}/v1alpha1/namespaces/{namespace}/sessions/{name}/attach`)
})

test('discovery is for the API server alone', async () => {
  for (const path of ['/apis', `/apis/${GROUP}`, `/apis/${GROUP}/v1alpha1`, '/openapi/v2', '/openapi/v3', '/nothing']) {
    const answer = await rig.ask(path, { as: 'nobody' })
    expect([path, answer.status, answer.json().kind]).toEqual([path, 401, 'Status'])
  }
})

test('what is not there is a Status that says so', async () => {
  const answer = await rig.ask(`/apis/${GROUP}/v1alpha1/namespaces/default/sessions/x/frames`)
  expect(answer.status).toBe(404)
  expect(answer.json()).toMatchObject({ kind: 'Status', reason: 'NotFound', code: 404 })
})

test('discovery goes on while recording does not', async () => {
  rig.log.space = 'exhausted'
  try {
    expect((await rig.ask(`/apis/${GROUP}/v1alpha1`)).status).toBe(200)
    expect((await rig.ask('/readyz')).status).toBe(200)
    const recording = await rig.ask('/readyz/recording')
    expect([recording.status, recording.text]).toEqual([503, 'disk-full'])
  } finally {
    rig.log.space = 'ample'
  }
})

test('health and version need no certificate', async () => {
  for (const path of ['/healthz', '/livez', '/readyz', '/readyz/recording', '/version']) {
    expect([path, (await rig.ask(path, { as: 'nobody', headers: {} })).status]).toEqual([path, 200])
  }
})
