import type { X509Certificate } from 'node:crypto'
import { parseAuthorities } from './authorities.ts'
import { readPemFile } from './key-file.ts'
import { type LiveFiles, type LiveFilesEvents, liveFiles } from './live-files.ts'
import { readServingPair, type ServingFiles, type ServingPair } from './serving-pair.ts'

export interface CredentialFiles {
  readonly serving: ServingFiles
  readonly webhookClientCaFile?: string
}

/** The server's own certificate and the authorities of the webhook's clients, as the files last had them. */
export interface Credentials {
  readonly pair: ServingPair
  readonly webhook: { readonly pem: string; readonly authorities: readonly X509Certificate[] } | undefined
}

/** Reads the files, and again when they change. */
export function liveCredentials(
  files: CredentialFiles,
  everyMs: number,
  events: LiveFilesEvents,
): Promise<LiveFiles<Credentials>> {
  const { certFile, keyFile } = files.serving
  const paths = [certFile, keyFile, files.webhookClientCaFile]
  return liveFiles({ paths, everyMs, events, read: () => readCredentials(files) })
}

async function readCredentials({ serving, webhookClientCaFile: file }: CredentialFiles): Promise<Credentials> {
  const pair = await readServingPair(serving)
  if (file === undefined) return { pair, webhook: undefined }
  const pem = await readPemFile(file)
  return { pair, webhook: { pem, authorities: parseAuthorities(pem, file) } }
}
