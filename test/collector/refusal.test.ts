import { describe, expect, it } from 'vitest'
import { fault as collectorFault } from '../../src/collector/faults.ts'
import { isFinal } from '../../src/collector/refusal.ts'
import { fault as kubeFault } from '../../src/kube/faults.ts'

describe('a session stream that is to be resumed', () => {
  it.each(['KAE_KUBE_UNREACHABLE', 'KAE_KUBE_CONNECTION_LOST', 'KAE_KUBE_TIMEOUT'] as const)(
    'is tried again when the API server between restarts: %s',
    (code) => {
      expect(isFinal(kubeFault(code))).toBe(false)
    },
  )

  it.each(['KAE_COLLECTOR_UNREACHABLE', 'KAE_COLLECTOR_SILENT'] as const)(
    'is tried again when the collector restarts: %s',
    (code) => {
      expect(isFinal(collectorFault(code))).toBe(false)
    },
  )

  it.each(['KAE_COLLECTOR_FORBIDDEN', 'KAE_CHAIN_MISMATCH', 'KAE_COLLECTOR_NONSENSE'] as const)(
    'is given up where another try cannot help: %s',
    (code) => {
      expect(isFinal(collectorFault(code))).toBe(true)
    },
  )
})
