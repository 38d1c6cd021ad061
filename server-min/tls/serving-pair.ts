import { createPrivateKey, X509Certificate } from 'node:crypto'
import { fault } from '../faults.ts'
import { readKeyFile, readPemFile } from './key-file.ts'

/** PEM of a server certificate with its chain, and of its key. */
export interface ServingPair {
  readonly cert: string
  readonly key: string
}

export interface ServingFiles {
  readonly certFile: string
  readonly keyFile: string
}

/** Reads a pair and checks that it is one: half of a rotation is refused. */
export async function readServingPair({ certFile, keyFile }: ServingFiles): Promise<ServingPair> {
  const [cert, key] = await Promise.all([readPemFile(certFile), readKeyFile(keyFile)])
  if (!belongTogether(cert, key))
    throw fault('KAE_TLS_FILE_UNUSABLE', { detail: `${keyFile} is not the key of ${certFile}` })
  return { cert, key }
}

function belongTogether(cert: string, key: string): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}
