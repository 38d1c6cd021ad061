import type { TerminalSize } from './channel.ts'

/** The payload of a `resize` record: u16 columns, u16 rows. */
export function encodeTerminalSize({ columns, rows }: TerminalSize): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt16BE(columns, 0)
  bytes.writeUInt16BE(rows, 2)
  return bytes
}

export const decodeTerminalSize = (payload: Buffer): TerminalSize | undefined =>
  payload.length === 4 ? { columns: payload.readUInt16BE(0), rows: payload.readUInt16BE(2) } : undefined
