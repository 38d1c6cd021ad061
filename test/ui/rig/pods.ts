import type { PodObject } from '../../../src/ui/state/pod-row.ts'

export interface PodDraft {
  readonly name: string
  readonly namespace?: string
  readonly containers?: readonly string[]
  readonly ready?: boolean
  readonly restarts?: number
}

/** A pod whose containers all run. */
export function pod({
  name,
  namespace = 'default',
  containers = ['app'],
  ready = true,
  restarts = 0,
}: PodDraft): PodObject {
  return {
    metadata: { name, namespace, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { nodeName: 'n1', containers: containers.map((each) => ({ name: each })) },
    status: {
      phase: 'Running',
      containerStatuses: containers.map((each) => ({
        name: each,
        ready,
        restartCount: restarts,
        state: { running: {} },
      })),
    },
  }
}
