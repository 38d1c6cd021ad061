/** The way to a collector in this process, as the local collector has it. */
import type { Collector } from '../../server-min/collector.ts'
import type { CollectorConnector } from '../../src/collector/connector.ts'
import { memoryPipes } from '../../src/protocol/pipe.ts'

export const TYPIST = { username: 'alice', groups: ['dev'], extra: {} } as const

export const inProcess = (collector: () => Collector): CollectorConnector => ({
  place: 'this process',
  connect({ id, namespace }, hello) {
    const [ours, theirs] = memoryPipes()
    collector().accept(theirs, { id, namespace, identity: TYPIST, authentication: 'request-header', hello })
    return Promise.resolve(ours)
  },
  close: () => Promise.resolve(),
})
