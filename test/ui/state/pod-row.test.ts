import { describe, expect, it } from 'vitest'
import { requiresRecord } from '../../../src/ui/state/coverage.ts'
import { type PodObject, podRow } from '../../../src/ui/state/pod-row.ts'

const metadata = { name: 'p', namespace: 'n' }
const container = (state: object, ready = false): PodObject => ({
  metadata,
  spec: { containers: [{ name: 'c' }] },
  status: { phase: 'Running', containerStatuses: [{ name: 'c', ready, state }] },
})

describe('a pod’s status is in kubectl’s words', () => {
  it.each<[string, PodObject]>([
    ['Running', container({ running: {} }, true)],
    ['CrashLoopBackOff', container({ waiting: { reason: 'CrashLoopBackOff' } })],
    ['Completed', container({ terminated: { reason: 'Completed', exitCode: 0 } })],
    ['ExitCode:3', container({ terminated: { exitCode: 3 } })],
    ['Signal:9', container({ terminated: { exitCode: 137, signal: 9 } })],
    [
      'Terminating',
      { ...container({ running: {} }), metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } },
    ],
    ['Evicted', { metadata, status: { phase: 'Failed', reason: 'Evicted' } }],
    ['Pending', { metadata, status: { phase: 'Pending' } }],
    [
      'Init:0/2',
      {
        metadata,
        spec: { initContainers: [{ name: 'i' }, { name: 'j' }] },
        status: { phase: 'Pending', initContainerStatuses: [{ name: 'i', state: { running: {} } }, { name: 'j' }] },
      },
    ],
    ['Unknown', {}],
  ])('%s', (status, object) => expect(podRow(object).status).toBe(status))
})

describe('a record is required', () => {
  const webhook = {
    name: 'exec.kube-audit-exec.io',
    rules: [{ operations: ['CONNECT'], resources: ['pods/exec', 'pods/attach'] }],
  }
  const asked = (more: object, labels?: Record<string, string>) =>
    requiresRecord([{ webhooks: [{ ...webhook, ...more }] }], labels && { metadata: { labels } })

  it('where our webhook is asked about every exec', () => expect(asked({})).toBe('yes'))
  it('not where it only looks on when it is down', () => expect(asked({ failurePolicy: 'Ignore' })).toBe('unknown'))
  it('not for sure where a condition lets somebody pass', () =>
    expect(asked({ matchConditions: [{}] })).toBe('unknown'))
  it('not by somebody else’s webhook', () => expect(asked({ name: 'exec.example.com' })).toBe('no'))
  it('by the labels of the namespace', () => {
    const namespaceSelector = { matchExpressions: [{ key: 'exempt', operator: 'DoesNotExist' }] }
    expect(asked({ namespaceSelector }, {})).toBe('yes')
    expect(asked({ namespaceSelector }, { exempt: 'true' })).toBe('no')
    expect(asked({ namespaceSelector })).toBe('unknown')
  })
})
