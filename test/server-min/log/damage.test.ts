import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFileLog } from '../../../server-min/log/file-log.ts'
import { FORM, FRAME_HEAD_BYTES, MARK_BYTES } from '../../../server-min/log/frame.ts'
import { verifyLog } from '../../../server-min/log/reader.ts'
import { SEGMENT_HEADER_BYTES, segmentNames } from '../../../server-min/log/segment-header.ts'
import { recordsOf } from '../../contracts/append-log.ts'
import { draft, freshSession } from './drafts.ts'
import { SimulatedStorage } from './simulated-storage.ts'

const FOLDER = '/log'
const OPTIONS = { folder: FOLDER, now: Date.now, lock: false, segmentBytes: 1200, reserveBytes: 64 }

/** A small log of three segments; the last batch has two records. Its text has no zero byte. */
async function smallLog(): Promise<Map<string, Buffer>> {
  const storage = new SimulatedStorage()
  const log = await openFileLog({ ...OPTIONS, storage })
  const session = freshSession()
  await log.append(session, [draft('open', 'who, what, where')])
  for (let n = 0; n < 9; n++) await log.append(session, [draft('input', `ls -l ${n}\n`.repeat(8))])
  await log.append(session, [draft('input', 'exit\n'.repeat(50)), draft('end', '{}')])
  await log.close()
  return storage.files()
}

const withFiles = (files: Iterable<readonly [string, Buffer]>): SimulatedStorage => {
  const storage = new SimulatedStorage()
  for (const [name, bytes] of files) storage.replace(`${FOLDER}/${name}`, bytes)
  return storage
}

interface FramePlace {
  readonly start: number
  readonly mark: boolean
}

function framesOf(bytes: Buffer): FramePlace[] {
  const frames: FramePlace[] = []
  for (let start = SEGMENT_HEADER_BYTES; start < bytes.length; ) {
    frames.push({ start, mark: bytes[start + 8] === FORM.mark })
    start += FRAME_HEAD_BYTES + bytes.readUInt32BE(start)
  }
  return frames
}

describe('A log on a disk that changes bytes', () => {
  let files: Map<string, Buffer>
  let names: string[]
  beforeAll(async () => {
    files = await smallLog()
    names = segmentNames([...files.keys()])
  })
  afterAll(() => expect(names.length).toBeGreaterThanOrEqual(3))

  it('is intact before anything is changed', async () => {
    expect(await verifyLog({ storage: withFiles(files), folder: FOLDER })).toMatchObject({
      type: 'intact',
      records: 12,
    })
  })

  it('is refused after any single bit flips, with the file and the offset of the frame that holds it', async () => {
    for (const name of names) {
      const bytes = Buffer.from(files.get(name)!)
      const storage = withFiles([...files, [name, bytes]])
      const frames = framesOf(bytes)
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const at = bit >> 3
        bytes[at] = bytes[at]! ^ (1 << (bit & 7))
        storage.replace(`${FOLDER}/${name}`, bytes)
        const verdict = await verifyLog({ storage, folder: FOLDER })
        const offset = frames.findLast(({ start }) => start <= at)?.start ?? 0
        if (verdict.type !== 'corrupt' || verdict.file !== name || verdict.offset !== offset)
          expect(verdict, `bit ${bit} of ${name}`).toMatchObject({ type: 'corrupt', file: name, offset })
        bytes[at] = bytes[at]! ^ (1 << (bit & 7))
      }
    }
  })

  it('loses only the last batch where it is cut, at whichever byte, and sets the rest of it aside', async () => {
    const last = names.at(-1)!
    const bytes = files.get(last)!
    const lastBatch =
      framesOf(bytes)
        .filter(({ mark }) => mark)
        .at(-2)!.start + MARK_BYTES
    for (let length = lastBatch; length < bytes.length; length++) {
      const storage = withFiles([...files, [last, bytes.subarray(0, length)]])
      const log = await openFileLog({ ...OPTIONS, storage })
      const records = await recordsOf(log)
      const recoveries = records.filter(({ kind }) => kind === 'journal')
      expect(records.length - recoveries.length).toBe(10)
      const hasContent = bytes.subarray(lastBatch, length).some((byte) => byte !== 0)
      expect(recoveries, `cut at ${length}`).toHaveLength(hasContent ? 1 : 0)
      expect(log.unended).toHaveLength(1)
      await log.close()
    }
  })

  it.each([0, 1])('is refused where segment %i is missing', async (index) => {
    const left = [...files].filter(([name]) => name !== names[index])
    expect(await verifyLog({ storage: withFiles(left), folder: FOLDER })).toMatchObject({ type: 'corrupt' })
  })

  it('is refused where a segment before the last ends early, even at a commit mark', async () => {
    const [name] = names
    const bytes = files.get(name!)!
    const end =
      framesOf(bytes)
        .filter(({ mark }) => mark)
        .at(-2)!.start + MARK_BYTES
    const storage = withFiles([...files, [name!, bytes.subarray(0, end)]])
    expect(await verifyLog({ storage, folder: FOLDER })).toMatchObject({ type: 'corrupt', file: name, offset: end })
  })

  it('is refused where two segments of two logs are mixed', async () => {
    const other = await smallLog()
    const storage = withFiles([...files, [names[1]!, other.get(names[1]!)!]])
    expect(await verifyLog({ storage, folder: FOLDER })).toMatchObject({ type: 'corrupt', file: names[0] })
  })

  it('does not start on damage, says where it is, and changes nothing', async () => {
    const name = names[1]!
    const bytes = Buffer.from(files.get(name)!)
    bytes[SEGMENT_HEADER_BYTES + 20] = 0xee
    const storage = withFiles([...files, [name, bytes]])
    await expect(openFileLog({ ...OPTIONS, storage })).rejects.toMatchObject({
      code: 'KAE_LOG_CORRUPT',
      message: expect.stringContaining(`${name} at offset ${SEGMENT_HEADER_BYTES}`),
    })
    expect(storage.files()).toEqual(withFiles([...files, [name, bytes]]).files())
  })
})
