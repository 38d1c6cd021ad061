import { readPemFile } from '../tls/key-file.ts'
import { watchFiles } from '../tls/watch-files.ts'
import type { RequestHeaderSource, SourceEvents } from './authority-source.ts'
import { type RequestHeaderConfig, type RequestHeaderFields, requestHeaderConfig } from './request-header.ts'

/** Named by flags: the CA is in a file that is read again when it changes, the rest stays. */
export interface RequestHeaderFiles extends Omit<RequestHeaderFields, 'ca' | 'clientCa'> {
  readonly caFile: string
  readonly clientCaFile?: string
}

export async function requestHeaderFromFiles(
  files: RequestHeaderFiles,
  everyMs: number,
  events: SourceEvents,
): Promise<RequestHeaderSource> {
  let current = await read(files)
  const paths = [files.caFile, ...(files.clientCaFile === undefined ? [] : [files.clientCaFile])]
  const changed = async (): Promise<void> => {
    try {
      current = await read(files)
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

async function read({ caFile, clientCaFile, ...names }: RequestHeaderFiles): Promise<RequestHeaderConfig> {
  const ca = await readPemFile(caFile)
  return requestHeaderConfig(
    clientCaFile === undefined ? { ...names, ca } : { ...names, ca, clientCa: await readPemFile(clientCaFile) },
  )
}
