/**
 * Records what the container said: as bytes where the policy records output, and always as byte counts and SHA-256. It
 * never delays what the user sees; where the record cannot keep up, the container is held, and nothing is dropped.
 */
import { createHash, type Hash } from 'node:crypto'
import { MAX_PAYLOAD_BYTES } from '../protocol/record.ts'
import type { StreamDigest } from '../protocol/session.ts'

/** Payload bytes of output that may be on their way to the collector. */
const WINDOW_BYTES = 2 * 1024 * 1024

export interface OutputRecorderPorts {
  record(kind: 'output' | 'errorOutput', payload: Uint8Array): number
  /** Whether the container's output is to be held. Called when that changes. */
  hold(yes: boolean): void
}

export class OutputRecorder {
  readonly #ports: OutputRecorderPorts
  readonly #asBytes: boolean
  readonly #digests = { stdout: new RunningDigest(), stderr: new RunningDigest() }
  readonly #waiting: Array<{ readonly seq: number; readonly length: number }> = []
  #waitingBytes = 0
  #holding = false

  constructor(ports: OutputRecorderPorts, asBytes: boolean) {
    this.#ports = ports
    this.#asBytes = asBytes
  }

  output(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    this.#digests[stream].add(bytes)
    if (!this.#asBytes) return
    const kind = stream === 'stdout' ? 'output' : 'errorOutput'
    for (let start = 0; start < bytes.length; start += MAX_PAYLOAD_BYTES) {
      const piece = bytes.subarray(start, start + MAX_PAYLOAD_BYTES)
      this.#waiting.push({ seq: this.#ports.record(kind, piece), length: piece.length })
      this.#waitingBytes += piece.length
    }
    this.#settle()
  }

  /** All records up to `seq` are durable. */
  durable(seq: number): void {
    let next = this.#waiting[0]
    while (next !== undefined && next.seq <= seq) {
      this.#waiting.shift()
      this.#waitingBytes -= next.length
      next = this.#waiting[0]
    }
    this.#settle()
  }

  digest(stream: 'stdout' | 'stderr'): StreamDigest {
    return this.#digests[stream].digest()
  }

  #settle(): void {
    const hold = this.#waitingBytes >= WINDOW_BYTES
    if (hold === this.#holding) return
    this.#holding = hold
    this.#ports.hold(hold)
  }
}

/** Byte count and SHA-256 of a stream so far. */
export class RunningDigest {
  readonly #hash: Hash = createHash('sha256')
  #bytes = 0

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes)
    this.#bytes += bytes.length
  }

  digest(): StreamDigest {
    return { bytes: this.#bytes, sha256: this.#hash.copy().digest('hex') }
  }
}
