/** Plays a recording that a test wrote down as JSON, on the terminal that this process has: `run-player.ts FILE OPTIONS`. */
import { readFileSync } from 'node:fs'
import { play } from '../../../src/player/player.ts'
import type { RecordedCommand } from '../../../src/protocol/recorded-command.ts'
import { MemoryLibrary } from './memory-library.ts'
import { type Moment, recordsOf } from './recorded.ts'

export interface Script {
  /** Payloads in base64. */
  readonly moments: readonly Moment[]
  readonly commands: readonly RecordedCommand[]
  readonly options: object
}

const { moments, commands, options } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Script
const decoded = moments.map(
  ([seconds, kind, payload]): Moment => [seconds, kind, Buffer.from(payload as string, 'base64')],
)
const library = new MemoryLibrary(recordsOf(decoded))
library.commandList.push(...commands)
const parseTime = (text: string) => (/^[\d.]+$/.test(text) ? Number(text) * 1e6 : undefined)
const end = await play(library, library.session, { env: process.env, parseTime, ...options })
process.stdout.write(`played: ${JSON.stringify(end)}\n`)
