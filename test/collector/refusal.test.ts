import { describe, expect, it } from 'vitest'
import { fault as collectorFault } from '../../src/collector/faults.ts'
import { faultFrom, isFinal } from '../../src/collector/refusal.ts'
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

describe('a fault that a collector sent', () => {
  it('keeps its code, its words and its next step', () => {
    const sent = { code: 'KAE_COLLECTOR_FULL', message: 'no room', next: 'wait' }
    expect(faultFrom(sent)).toMatchObject({ ...sent, exit: 1 })
  })

  it('ends a terminated session’s program with an exit status of its own', () => {
    expect(faultFrom({ code: 'KAE_SESSION_TERMINATED', message: 'by bob', next: '' }).exit).toBe(77)
  })

  it.each(['', 'EPERM', 'KAE_', 'KAE_lower', 'KAE_A\nKAE_B', `KAE_${'X'.repeat(61)}`])(
    'has our code in place of %j',
    (code) =>
      expect(faultFrom({ code, message: 'words', next: '' })).toMatchObject({
        code: 'KAE_COLLECTOR_REFUSED',
        detail: 'words',
      }),
  )

  it('has no word that drives a terminal', () => {
    const evil = '\x1b]0;x\x07'
    const known = faultFrom({ code: 'KAE_COLLECTOR_FULL', message: evil, next: evil })
    const unknown = faultFrom({ code: '?', message: evil, next: evil })
    expect(`${known.message}${known.next}${unknown.message}${unknown.next}`).not.toMatch(/\p{Cc}/u)
  })
})
