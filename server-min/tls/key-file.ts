import { readFile, stat } from 'node:fs/promises'
import { fault } from '../faults.ts'

/** What decides who can read a file. */
export interface Openness {
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

export interface Reader {
  readonly uid: number
  readonly groups: readonly number[]
}

/**
 * Whether anybody but this process's user could read a key. A Kubernetes secret volume belongs to root and is readable by
 * the pod's own fsGroup: there the group is the only way in, and nobody else's.
 */
export function isOpen({ mode, uid, gid }: Openness, reader: Reader): boolean {
  const mounted = uid === 0 && reader.uid !== 0 && gid !== 0 && reader.groups.includes(gid)
  return (mode & (mounted ? 0o037 : 0o077)) !== 0
}

/** The private key in a file that nobody else can read. */
export async function readKeyFile(path: string): Promise<string> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unusable(path, cause)
  })
  if (isOpen(found, { uid: process.getuid?.() ?? 0, groups: process.getgroups?.() ?? [] })) {
    const mode = (found.mode & 0o777).toString(8).padStart(4, '0')
    throw fault('KAE_KEY_FILE_OPEN', {
      detail: `${path} has mode ${mode}`,
      next: `Take it from all but the server’s user: chmod 600 ${path}`,
    })
  }
  return readPemFile(path)
}

export async function readPemFile(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unusable(path, cause)
  })
  if (!text.includes('-----BEGIN ')) throw fault('KAE_TLS_FILE_UNUSABLE', { detail: `${path} is not PEM` })
  return text
}

function unusable(path: string, cause: unknown) {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable'
  return fault('KAE_TLS_FILE_UNUSABLE', { detail: `${path}: ${code}`, cause })
}
