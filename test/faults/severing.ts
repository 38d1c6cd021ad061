/** A way to a collector that breaks at a chosen message, in either direction, before or after that message arrives. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Collector, createCollector } from '../../server-min/collector.ts'
import type { AppendLog } from '../../server-min/log/append-log.ts'
import { openFileLog } from '../../server-min/log/file-log.ts'
import type { CollectorConnector, StreamAddress } from '../../src/collector/connector.ts'
import { fault } from '../../src/collector/faults.ts'
import type { Hello } from '../../src/protocol/messages.ts'
import { type MessagePipe, memoryPipes } from '../../src/protocol/pipe.ts'
import type { Durability, SessionPolicy } from '../../src/protocol/session.ts'
import { inProcess } from './in-process.ts'
import { policyOf } from './subject-order.ts'

export interface Cut {
  readonly direction: 'to-collector' | 'to-client'
  /** Of all messages in this direction since the session began, from 1. */
  readonly nth: number
  /** The message is lost too; else it is the last that arrives. */
  readonly lost: boolean
  /** The collector's process goes with the connection, and another takes its folder. */
  readonly restart?: boolean
}

const SIZES = { segmentBytes: 1024 * 1024, reserveBytes: 64 * 1024, lowWaterBytes: 1 }

/** The real collector on a real folder. One session at a time. */
export class SeveredCollector implements AsyncDisposable {
  readonly folder: string
  readonly #policy: SessionPolicy
  #log: AppendLog
  #collector: Collector
  #restarting: Promise<void> | undefined

  private constructor(folder: string, log: AppendLog, durability: Durability) {
    this.folder = folder
    this.#log = log
    this.#policy = policyOf(durability)
    this.#collector = createCollector({ log, policy: this.#policy })
  }

  static async make(durability: Durability): Promise<SeveredCollector> {
    const folder = join(await mkdtemp(join(tmpdir(), 'severed-')), 'log')
    return new SeveredCollector(folder, await openFileLog({ folder, now: Date.now, ...SIZES }), durability)
  }

  /** A connector for one session. Each cut happens once, in the order given. */
  connector(cuts: readonly Cut[]): SeveringConnector {
    return new SeveringConnector(cuts, {
      connect: inProcess(() => this.#collector).connect,
      restart: () => {
        this.#restarting ??= this.#restart()
      },
      absent: () => this.#restarting !== undefined,
    })
  }

  /** Resolves when the next process is there, if there is to be one. */
  async back(): Promise<void> {
    await this.#restarting
  }

  /** Lets go of the folder, for its log to be checked. */
  async close(): Promise<void> {
    await this.#restarting
    await this.#collector.drain(1000)
    await this.#log.close()
  }

  async #restart(): Promise<void> {
    await this.#log.close()
    this.#log = await openFileLog({ folder: this.folder, now: Date.now, ...SIZES })
    this.#collector = createCollector({ log: this.#log, policy: this.#policy })
    this.#restarting = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
    await rm(join(this.folder, '..'), { recursive: true, force: true })
  }
}

interface CollectorSide {
  readonly connect: CollectorConnector['connect']
  readonly restart: () => void
  readonly absent: () => boolean
}

export class SeveringConnector implements CollectorConnector {
  readonly place = 'a collector behind a bad link'
  readonly messages = { 'to-collector': 0, 'to-client': 0 }
  readonly #waiting: Cut[]
  readonly #side: CollectorSide

  constructor(cuts: readonly Cut[], side: CollectorSide) {
    this.#waiting = [...cuts]
    this.#side = side
  }

  /** Cuts that did not happen yet. */
  get left(): number {
    return this.#waiting.length
  }

  async connect(address: StreamAddress, hello: Hello): Promise<MessagePipe> {
    if (this.#side.absent()) throw fault('KAE_COLLECTOR_UNREACHABLE')
    const collector = await this.#side.connect(address, hello)
    const [link, client] = memoryPipes()
    const sever = (): void => {
      link.close(1006, '')
      collector.close(1006, '')
    }
    const carry = (direction: Cut['direction'], to: MessagePipe) => ({
      message: (bytes: Buffer): void => {
        this.messages[direction] += 1
        const cut = this.#cutNow(direction)
        if (cut?.lost !== true) to.send(bytes)
        if (cut === undefined) return
        sever()
        if (cut.restart === true) this.#side.restart()
      },
      closed: (code: number, reason: string): void => to.close(code, reason),
    })
    collector.receive(carry('to-client', link))
    link.receive(carry('to-collector', collector))
    return client
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  #cutNow(direction: Cut['direction']): Cut | undefined {
    const [cut] = this.#waiting
    if (cut === undefined || cut.direction !== direction || cut.nth > this.messages[direction]) return undefined
    return this.#waiting.shift()
  }
}
