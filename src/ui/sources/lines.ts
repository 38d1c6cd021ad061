import { fault } from '../../kube/faults.ts'

/** No object of Kubernetes is as long: etcd takes 1.5 MiB. */
const LONGEST_LINE_BYTES = 16 * 1024 * 1024

/** Whole lines out of chunks that are cut anywhere, in time linear in their bytes. */
export class Lines {
  #parts: Buffer[] = []
  #held = 0

  /** What came after the last line break. */
  get pending(): boolean {
    return this.#parts.length > 0
  }

  /** @throws Fault where a line does not end */
  push(chunk: Buffer): string[] {
    const last = chunk.lastIndexOf(0x0a)
    if (last < 0) {
      this.#parts.push(chunk)
      this.#held += chunk.length
      if (this.#held > LONGEST_LINE_BYTES)
        throw fault('KAE_KUBE_NOT_AN_API_SERVER', { detail: 'a line of a watch that does not end' })
      return []
    }
    const whole = Buffer.concat([...this.#parts, chunk.subarray(0, last)]).toString()
    this.#parts = last + 1 < chunk.length ? [chunk.subarray(last + 1)] : []
    this.#held = chunk.length - last - 1
    return whole.split('\n').filter((line) => line !== '')
  }
}
