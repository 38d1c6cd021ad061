/** An entry of a tar archive: a file when it has content, a symbolic link when it has a target, else a folder. */
export interface TarEntry {
  readonly path: string
  readonly content?: Uint8Array
  readonly target?: string
  readonly mode?: number
}

const BLOCK = 512
const TYPES = { file: '0', link: '2', folder: '5' } as const

/** The ustar format (POSIX.1-1988): a 512-byte header, then the content filled up to 512; two empty blocks end it. */
export function encodeTar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = entry.content ?? new Uint8Array()
    return [encodeHeader(entry, content.length), content, Buffer.alloc(-content.length & (BLOCK - 1))]
  })
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)])
}

/*
 *   0 name(100) | 100 mode(8) | 108 uid(8) | 116 gid(8) | 124 size(12) | 136 mtime(12) | 148 checksum(8) | 156 type
 * 157 link(100) | 257 "ustar\0" "00"
 */
function encodeHeader(entry: TarEntry, size: number): Buffer {
  const type = entry.content ? 'file' : entry.target ? 'link' : 'folder'
  const header = Buffer.alloc(BLOCK)
  const octal = (value: number, offset: number, width: number) =>
    header.write(`${value.toString(8).padStart(width - 1, '0')}\0`, offset, 'latin1')
  header.write(entry.path, 0, 100, 'utf8')
  octal(entry.mode ?? 0o755, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(0, 136, 12)
  header.write(TYPES[type], 156, 'latin1')
  header.write(entry.target ?? '', 157, 100, 'utf8')
  header.write('ustar\x0000', 257, 'latin1')
  // The checksum counts its own field as eight spaces.
  header.fill(' ', 148, 156)
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    8,
  )
  return header
}
