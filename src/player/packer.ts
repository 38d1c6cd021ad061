import { constants, zstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** What waits for the runtime's threads at most: beyond it whoever has more does the work himself. */
const MOST_WAITING = 4 * 1024 * 1024
/** Level 1: a tape is to be filled as fast as records come. */
const PARAMS = { [constants.ZSTD_c_compressionLevel]: 1 }

/** Compresses beside everything else, so that reading a recording waits for nothing but the recording. */
export class Packer {
  #waiting = 0

  /** `bytes` stay as they are until `done`, which may be called at once. Where it fails, `done` is never called. */
  pack(bytes: Buffer, done: (packed: Buffer) => void): void {
    const { length } = bytes
    const options = { params: PARAMS, pledgedSrcSize: length }
    if (this.#waiting + length > MOST_WAITING) return done(zstdCompressSync(bytes, options))
    this.#waiting += length
    zstdCompress(bytes, options, (error, packed) => {
      this.#waiting -= length
      // A copy: what it gives is a part of something larger.
      if (error === null) done(Buffer.from(packed))
    })
  }
}

/** @param length of what was packed: in pieces of another size it would take twice the memory */
export const unpack = (packed: Buffer, length: number): Buffer => zstdDecompressSync(packed, { chunkSize: length + 64 })
