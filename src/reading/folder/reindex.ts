/** `sessions reindex`: the index of this machine's logs made anew. Nothing that is recorded is touched. */
import { escapeText } from '../../recording/escape.ts'
import { fault } from '../faults.ts'
import { counted } from '../print/counted.ts'
import type { Output } from '../print/output.ts'
import { localFolders, requireLogs } from './find-logs.ts'
import { indexingProgress, openFolders } from './folder-library.ts'

export interface ReindexRequest {
  /** Empty: where this machine records. */
  readonly folders: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/** @throws Fault KAE_LOGS_NOT_FOUND */
export async function reindex({ folders: named, env }: ReindexRequest, output: Output): Promise<void> {
  await requireLogs(named)
  const folders = named.length > 0 ? named : localFolders(env)
  const place = named.length > 0 ? named.join(', ') : 'this machine'
  await using library = await openFolders({ folders, place, env })
  const { logs, sessions, warnings } = await library.reindex(indexingProgress(env))
  for (const warning of warnings) output.say(`warning: ${escapeText(warning)}`)
  await output.write(`${counted(logs, 'log')}, ${counted(sessions, 'session')}: ${escapeText(place)}\n`)
  if (warnings.length > 0) throw fault('KAE_REINDEX_INCOMPLETE', { detail: counted(warnings.length, 'warning') })
}
