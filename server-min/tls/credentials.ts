import type { X509Certificate } from 'node:crypto'
import { parseAuthorities } from './authorities.ts'
import { readPemFile } from './key-file.ts'
import { readServingPair, type ServingFiles, type ServingPair } from './serving-pair.ts'
import { watchFiles } from './watch-files.ts'

export interface CredentialFiles {
  readonly serving: ServingFiles
  readonly webhookClientCaFile?: string
}

/** The server's own certificate and the authorities of the webhook's clients, as the files last had them. */
export interface Credentials {
  readonly pair: ServingPair
  readonly webhook: { readonly pem: string; readonly authorities: readonly X509Certificate[] } | undefined
}

export interface LiveCredentials {
  readonly current: Credentials
  check(): Promise<void>
  close(): void
}

export interface CredentialEvents {
  changed(): void
  /** The files cannot be used as they are now: the last good ones stay in force. */
  failed(error: unknown): void
}

/** Reads the files, and again when they change. */
export async function liveCredentials(
  files: CredentialFiles,
  everyMs: number,
  events: CredentialEvents,
): Promise<LiveCredentials> {
  let current = await readCredentials(files)
  const { certFile, keyFile } = files.serving
  const paths = [certFile, keyFile, ...(files.webhookClientCaFile === undefined ? [] : [files.webhookClientCaFile])]
  async function changed(): Promise<void> {
    try {
      current = await readCredentials(files)
      events.changed()
    } catch (error) {
      events.failed(error)
    }
  }
  const watch = await watchFiles({ paths, everyMs, changed })
  return {
    get current() {
      return current
    },
    check: watch.check,
    close: watch.close,
  }
}

async function readCredentials({ serving, webhookClientCaFile: file }: CredentialFiles): Promise<Credentials> {
  const pair = await readServingPair(serving)
  if (file === undefined) return { pair, webhook: undefined }
  const pem = await readPemFile(file)
  return { pair, webhook: { pem, authorities: parseAuthorities(pem, file) } }
}
