import { readPemFile } from '../tls/key-file.ts'
import { liveFiles } from '../tls/live-files.ts'
import type { RequestHeaderSource, SourceEvents } from './authority-source.ts'
import { type RequestHeaderConfig, type RequestHeaderFields, requestHeaderConfig } from './request-header.ts'

/** Named by flags: the CA is in a file that is read again when it changes, the rest stays. */
export interface RequestHeaderFiles extends Omit<RequestHeaderFields, 'ca' | 'clientCa'> {
  readonly caFile: string
  readonly clientCaFile?: string
}

export const requestHeaderFromFiles = (
  files: RequestHeaderFiles,
  everyMs: number,
  events: SourceEvents,
): Promise<RequestHeaderSource> =>
  liveFiles({ paths: [files.caFile, files.clientCaFile], everyMs, events, read: () => read(files) })

async function read({ caFile, clientCaFile, ...names }: RequestHeaderFiles): Promise<RequestHeaderConfig> {
  const ca = await readPemFile(caFile)
  return requestHeaderConfig(
    clientCaFile === undefined ? { ...names, ca } : { ...names, ca, clientCa: await readPemFile(clientCaFile) },
  )
}
