import { describe, expect, it } from 'vitest'
import { Contact } from '../../src/player/contact.ts'
import { Fault } from '../../src/protocol/fault.ts'
import type { ReadRecord } from '../../src/protocol/read-record.ts'
import type { RecordsRequest } from '../../src/protocol/session-library.ts'
import { MemoryLibrary } from './rig/memory-library.ts'
import { ending, recordsOf, SESSION, size } from './rig/recorded.ts'

const lost = (code = 'KAE_KUBE_UNREACHABLE'): Fault =>
  new Fault(code, { exit: 1, summary: 'nobody answers', next: 'Look at the network.' })

const records = recordsOf([size(0, 80, 24), [1, 'output', 'a'], [2, 'output', 'b'], ending(3)])

/** Cut before a record, as often as there is a refusal. */
class Cut extends MemoryLibrary {
  readonly asked: number[] = []
  readonly #refusals: Fault[]
  readonly #before: number

  constructor(refusals: readonly Fault[], before = 2) {
    super(records)
    this.#before = before
    this.#refusals = [...refusals]
  }

  override async *records(id: unknown, request: RecordsRequest = {}): AsyncGenerator<ReadRecord> {
    this.asked.push(request.fromSeq ?? 0)
    const refusal = this.#refusals.shift()
    for await (const record of super.records(id, request)) {
      if (refusal !== undefined && record.seq === this.#before) throw refusal
      yield record
    }
  }
}

async function followed(library: Cut): Promise<{ seqs: number[]; told: boolean[] }> {
  const [seqs, told]: [number[], boolean[]] = [[], []]
  const contact: Contact = new Contact(library, SESSION, () => told.push(contact.lostSince !== undefined))
  const { signal } = new AbortController()
  for await (const { seq } of contact.records({ follow: true, signal })) seqs.push(seq)
  return { seqs, told }
}

describe('a session that is watched', () => {
  it('goes on after its connection was lost, where it was, and says both', async () => {
    const library = new Cut([lost(), lost('KAE_READING_CUT')])
    expect(await followed(library)).toEqual({ seqs: [0, 1, 2, 3], told: [true, false] })
    expect(library.asked).toEqual([0, 2, 2])
  })

  it('is known to be out of reach as soon as the library knows it', async () => {
    class Told extends Cut {
      override async *records(id: unknown, request: RecordsRequest = {}): AsyncGenerator<ReadRecord> {
        for await (const record of super.records(id, request)) {
          if (record.seq === 2) request.onContact?.(false)
          yield record
        }
      }
    }
    expect(await followed(new Told([]))).toEqual({ seqs: [0, 1, 2, 3], told: [true, false] })
  })

  it('that may not be read any more ends with the reason', async () => {
    await expect(followed(new Cut([lost('KAE_READING_FORBIDDEN')]))).rejects.toThrow('nobody answers')
  })

  it('is not waited for where nobody was ever reached', async () => {
    await expect(followed(new Cut([lost()], 0))).rejects.toThrow('nobody answers')
  })
})
