import { draft, newId, openHello } from '../../server-min/rig/client.ts'
import type { ServerRig } from '../../server-min/rig/server.ts'
import { median } from './raw.ts'

/** An honest user who types and waits for each ack: what an attack must not be felt by. */
export class Typist {
  readonly #client: Awaited<ReturnType<ServerRig['attach']>>
  #seq = 0

  private constructor(client: Awaited<ReturnType<ServerRig['attach']>>) {
    this.#client = client
  }

  static async sit(rig: ServerRig): Promise<Typist> {
    const client = await rig.attach(newId(), { hello: openHello() })
    await client.next('opened')
    return new Typist(client)
  }

  /** Types so many keys. The median time of an ack, in ms. */
  async type(keys: number): Promise<number> {
    const times: number[] = []
    for (let key = 0; key < keys; key += 1) {
      const started = performance.now()
      this.#seq += 1
      this.#client.append(this.#seq, draft('input', 'x', this.#seq))
      await this.#client.next('ack')
      times.push(performance.now() - started)
    }
    return median(times)
  }
}
