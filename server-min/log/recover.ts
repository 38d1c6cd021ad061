import { join } from 'node:path'
import { ChainVerifier, type VerifiedRecords } from './chain-verifier.ts'
import { fault } from './faults.ts'
import { type JournalEvent, parseJournalEvent, type RecoveryEvent } from './journal.ts'
import { type Damage, type LastSegment, type LogFolder, type ScanOutcome, scanFolder } from './scan-folder.ts'
import type { CommittedBatch } from './scanner.ts'
import type { OpenSegment } from './segment-writer.ts'
import { SessionPlaces } from './session-places.ts'
import type { Storage } from './storage.ts'

const TORN = /^torn-segment-(\d{20})-(\d+)(?:-\d+)?\.bin$/

export interface RecoveredLog {
  readonly chains: ChainVerifier
  readonly places: SessionPlaces
  /** The segment to go on in; undefined where the folder has none yet. */
  readonly segment: OpenSegment | undefined
  /** What was set aside, now or before, and stands in no journal yet. */
  readonly unreported: readonly RecoveryEvent[]
}

/** Reads a folder's log anew, sets a torn tail aside, and refuses one that is damaged before its end. */
export async function recoverLog(log: LogFolder): Promise<RecoveredLog> {
  const chains = new ChainVerifier()
  const places = new SessionPlaces()
  const reported = new Set<string>()
  const outcome = await verifyAll(log, chains, ({ segment, batch, sessions, journal }) => {
    const span = { segment, start: batch.start, end: batch.end }
    for (const session of sessions) places.note(session, span)
    for (const payload of journal) reported.add(recoveredFile(parseJournalEvent(payload)))
  })
  if (outcome.type === 'corrupt') throw corruption(outcome.damage)
  if (outcome.type === 'empty') return { chains, places, segment: undefined, unreported: [] }
  if (outcome.type === 'torn') await setAside(log, outcome)
  const segment = await reopen(log, outcome)
  return { chains, places, segment, unreported: (await tornFiles(log)).filter(({ file }) => !reported.has(file)) }
}

export interface VerifiedBatch extends VerifiedRecords {
  readonly segment: string
  readonly batch: CommittedBatch
}

/** Reads and checks the whole log. */
export async function verifyAll(
  log: LogFolder,
  chains: ChainVerifier,
  onBatch: (verified: VerifiedBatch) => void = () => {},
): Promise<ScanOutcome> {
  const scan = scanFolder(log)
  let step = await scan.next()
  for (; step.done !== true; step = await scan.next()) {
    const { segment, batches } = step.value
    for (const batch of batches) {
      const records = chains.take(batch)
      if ('reason' in records) return { type: 'corrupt', damage: { file: segment, ...records } }
      onBatch({ segment, batch, ...records })
    }
  }
  return step.value
}

export const corruption = ({ file, offset, reason }: Damage) =>
  fault('KAE_LOG_CORRUPT', { detail: `${file} at offset ${offset}: ${reason}` })

const recoveredFile = (event: JournalEvent | undefined): string =>
  event?.type === 'recovery' && 'file' in event ? String(event.file) : ''

/** Copies the torn bytes to a file of their own, durably, before they are cut off. */
async function setAside({ storage, folder }: LogFolder, torn: Extract<ScanOutcome, { type: 'torn' }>): Promise<void> {
  const { name } = torn.last
  const segment = await storage.open(join(folder, name), 'write')
  try {
    const path = join(folder, await freeName({ storage, folder }, name, torn.offset))
    await writeCopy(storage, path, await segment.read(torn.offset, torn.bytes))
    await storage.syncFolder(folder)
    // Synced with all else when the segment is opened to go on in.
    await segment.truncate(torn.offset)
  } finally {
    await segment.close()
  }
}

async function writeCopy(storage: Storage, path: string, bytes: Buffer): Promise<void> {
  const copy = await storage.open(path, 'create')
  try {
    await copy.write(0, bytes)
    await copy.sync()
  } catch (error) {
    await storage.remove(path)
    throw error
  } finally {
    await copy.close()
  }
}

async function freeName({ storage, folder }: LogFolder, segment: string, offset: number): Promise<string> {
  const taken = new Set(await storage.list(folder))
  const stem = `torn-${segment.replace('.log', '')}-${offset}`
  for (let copy = 1; ; copy++) {
    const name = copy === 1 ? `${stem}.bin` : `${stem}-${copy}.bin`
    if (!taken.has(name)) return name
  }
}

async function tornFiles({ storage, folder }: LogFolder): Promise<RecoveryEvent[]> {
  const events: RecoveryEvent[] = []
  for (const file of await storage.list(folder)) {
    const [, record, offset] = TORN.exec(file) ?? []
    if (record === undefined) continue
    const copy = await storage.open(join(folder, file), 'read')
    const bytes = await copy.size().finally(() => copy.close())
    events.push({ version: 1, type: 'recovery', segment: `segment-${record}.log`, offset: Number(offset), bytes, file })
  }
  return events
}

/** Opens the last segment to go on in. */
async function reopen({ storage, folder }: LogFolder, outcome: { readonly last: LastSegment }): Promise<OpenSegment> {
  const { name, header, point, batch } = outcome.last
  const file = await storage.open(join(folder, name), 'write')
  const allocated = await file.size()
  // A process that died may have left its last batch in the page cache alone, or there after a failed sync, taken for
  // clean: only pages that are written anew are sure to reach the disk. A file that ends at its last mark was closed.
  if (batch !== undefined && allocated > point.offset) {
    await file.write(batch.start.offset, await file.read(batch.start.offset, point.offset - batch.start.offset))
  }
  await file.sync()
  return { name, file, header, point, allocated, mark: batch?.mark }
}
