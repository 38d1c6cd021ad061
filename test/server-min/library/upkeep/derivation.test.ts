import { expect, it } from 'vitest'
import { openLogLibrary } from '../../../../server-min/library/open-library.ts'
import type { RecordKind } from '../../../../src/protocol/record.ts'
import { deriveCommands } from '../../../../src/recording/commands/derive.ts'
import { draftOf, endOf, freshId, makePlace, openingOf, openLog, type Shape } from '../rig.ts'

const COPIES = 5

/** Which of a session's records its command list is made of, and what is in it. */
async function derivedFrom(shape: Shape): Promise<{ kinds: RecordKind[]; lines: string[] }> {
  await using place = await makePlace()
  const log = await openLog(place.folder)
  const id = freshId()
  await log.append(id, [draftOf('open', openingOf(shape))])
  for (let copy = 0; copy < COPIES; copy += 1) await log.append(id, [draftOf('input', `echo ${copy}\n`)])
  await log.append(id, [draftOf('end', endOf(3))])
  await log.close()
  const kinds = new Map<number, RecordKind>()
  await using library = await openLogLibrary({
    place: 'here',
    folders: [place.folder],
    derive: (records) =>
      deriveCommands(
        (async function* () {
          for await (const record of records) {
            if (record.kind !== 'withheld') kinds.set(record.seq, record.kind)
            yield record
          }
        })(),
      ),
  })
  const commands = await library.commands(id)
  return { kinds: [...kinds.values()], lines: commands.flatMap((one) => (one.type === 'command' ? [one.line] : [])) }
}

it('reads the ends alone of what was copied through a pipe', async () => {
  expect(await derivedFrom({ command: ['tar', 'x'] })).toEqual({ kinds: ['open', 'end'], lines: ['tar x'] })
})

it('reads all that came to a shell through a pipe', async () => {
  const { kinds, lines } = await derivedFrom({ command: ['sh'] })
  expect(kinds).toHaveLength(COPIES + 2)
  expect(lines).toContain('echo 4')
})

it('reads all that was typed on a terminal', async () => {
  expect((await derivedFrom({ command: ['tar', 'x'], tty: true })).kinds).toHaveLength(COPIES + 2)
})
