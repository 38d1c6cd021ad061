import type { Leaving } from '../state/model.ts'
import type { Store } from '../store.ts'

interface Streams {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
}

export async function askLines(_store: Store, _streams: Streams): Promise<Leaving> {
  return { to: 'quit' }
}
