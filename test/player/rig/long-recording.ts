/** An hour of a busy terminal, made up as it is read: the same records every time, and none of them kept. */
import type { ReadRecord } from '../../../src/protocol/read-record.ts'
import { ending, recordOf, size } from './recorded.ts'

export interface Long {
  readonly bytes: number
  readonly seconds: number
  /** Of one record's payload. */
  readonly piece: number
}

export const HOUR: Long = { bytes: 100_000_000, seconds: 3600, piece: 2000 }

const LEVELS = ['\x1b[32mINFO\x1b[0m ', '\x1b[33mWARN\x1b[0m ', '\x1b[1;31mERROR\x1b[0m']

/** A log that scrolls by; now and then a full-screen program; each piece says its number. */
export function pieceOf(number: number, length: number): string {
  const screen = Math.floor(number / 500) % 10 === 9
  let text = screen ? `\x1b[?1049h\x1b[H\x1b[2J\x1b[7m piece ${number} \x1b[0m` : `\r\n=== piece ${number}\r\n`
  if (!screen && number % 500 === 0) text = `\x1b[?1049l${text}`
  for (let line = 0; text.length < length; line += 1) {
    const noise = (number * 7919 + line * 104_729) % 1_000_003
    text += screen
      ? `\x1b[${(noise % 23) + 1};${(noise % 70) + 1}H\x1b[38;5;${noise % 256}m${noise}`
      : `2026-01-02T03:${String(number % 60).padStart(2, '0')}:${line % 60}Z ${LEVELS[noise % 3]} id=${noise} /api/v1/things/${noise % 977} ${noise % 431}ms\r\n`
  }
  return text
}

export const piecesOf = ({ bytes, piece }: Long): number => Math.floor(bytes / piece)

export function* longRecording(long: Long, from = 0): Generator<ReadRecord> {
  const pieces = piecesOf(long)
  for (let seq = from; seq < pieces + 2; seq += 1) {
    if (seq === 0) yield recordOf(size(0, 120, 40), seq)
    else if (seq <= pieces) yield recordOf([(seq / pieces) * long.seconds, 'output', pieceOf(seq, long.piece)], seq)
    else yield recordOf(ending(long.seconds), seq)
  }
}
