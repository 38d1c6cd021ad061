import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { localConnector } from '../../src/collector/local.ts'
import { CollectorStream } from '../../src/collector/stream.ts'
import { address, endDraft, request } from './rig.ts'

it.each(['Input', 'InputOutput'] as const)(
  'the collector in this program records %s where that is asked for',
  async (record) => {
    const root = await mkdtemp(join(tmpdir(), 'local-'))
    onTestFinished(() => rm(root, { recursive: true }))
    const { connector } = await localConnector({ id: address.id, userName: 'alice', root })
    const { stream, opening } = await CollectorStream.open({ connector, address, request: { ...request, record } })
    stream.append(endDraft())
    await connector.close()
    expect(opening).toMatchObject({ policy: { record }, authentication: 'unverified' })
  },
)
