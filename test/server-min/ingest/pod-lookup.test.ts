import { expect, test } from 'vitest'
import { createCollector } from '../../../server-min/collector.ts'
import { completeTarget, type FindPod } from '../../../server-min/ingest/pod-lookup.ts'
import type { PodContainers } from '../../../src/protocol/container-choice.ts'
import { MemoryLog } from '../../rig/memory-log.ts'
import { connect, draft, newId, openHello, TARGET } from '../rig/client.ts'

const { container: _, ...UNNAMED } = TARGET
const named = (...names: string[]) => names.map((name) => ({ name }))
const pod = (more: object = {}): PodContainers => ({
  metadata: { name: 'web-0' },
  spec: { containers: named('sidecar', 'app') },
  ...more,
})
const finds =
  (found: PodContainers | undefined): FindPod =>
  () =>
    Promise.resolve(found)

test('a target that names its container is not looked up', async () => {
  const never: FindPod = () => Promise.reject(new Error('asked'))
  expect(await completeTarget(TARGET, never)).toEqual(TARGET)
})

test.each([
  ['the first', pod(), 'sidecar'],
  [
    'the annotation’s',
    pod({ metadata: { name: 'web-0', annotations: { 'kubectl.kubernetes.io/default-container': 'app' } } }),
    'app',
  ],
])('without a name it is %s container, as with kubectl', async (_what, found, container) => {
  expect(await completeTarget(UNNAMED, finds(found))).toEqual({ ...UNNAMED, container })
})

test.each([
  ['there is no such pod', finds(undefined), 'KAE_POD_NOT_FOUND'],
  ['the pod has completed', finds(pod({ status: { phase: 'Succeeded' } })), 'KAE_POD_COMPLETED'],
  [
    'the annotation names a container that is not there',
    finds(pod({ metadata: { name: 'web-0', annotations: { 'kubectl.kubernetes.io/default-container': 'gone' } } })),
    'KAE_POD_CONTAINER_UNKNOWN',
  ],
  ['the pod has no containers', finds(pod({ spec: { containers: [] } })), 'KAE_POD_CONTAINER_UNKNOWN'],
  ['the collector may not read pods', () => Promise.reject(new Error('403')), 'KAE_CONTAINER_UNRESOLVED'],
  ['the collector knows no cluster', undefined, 'KAE_CONTAINER_UNRESOLVED'],
] as const)('it is refused where %s', async (_what, findPod, code) => {
  await expect(completeTarget(UNNAMED, findPod)).rejects.toMatchObject({ code })
})

test('an open that waits for the look-up admits nothing, survives its client’s going, and takes no records', async () => {
  const log = new MemoryLog()
  let answer: (found: PodContainers) => void = () => {}
  const findPod: FindPod = () =>
    new Promise((resolve) => {
      answer = resolve
    })
  const collector = createCollector({ log, findPod })
  const gone = connect(collector, { id: newId(), hello: openHello(UNNAMED) })
  gone.pipe.close(1001, 'gone')
  answer(pod())
  const hasty = connect(collector, { id: newId(), hello: openHello(UNNAMED) })
  hasty.append(1, draft('input', 'ls\r'))
  expect(await hasty.refused()).toBe('KAE_HELLO_INVALID')
  answer(pod())
  const patient = connect(collector, { id: newId(), hello: openHello(UNNAMED) })
  answer(pod())
  const { entry } = await patient.next('opened')
  expect(entry.toString()).toContain('"container":"sidecar"')
  expect(collector.sessions).toBe(1)
})
